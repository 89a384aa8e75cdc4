/** What is to be said of training a model again. */

import type { MergewayError } from '../errors.ts';
import type { Retraining } from '../ports/store.ts';

export type Outlook =
  | { readonly status: 'none' }
  | { readonly status: 'under-way'; readonly retraining: Retraining }
  /** It is wanted, and comes later. */
  | { readonly status: 'waits'; readonly reason: string; readonly until?: number }
  /** It failed twice for the same cause, or came to no pull request. */
  | { readonly status: 'stuck'; readonly retraining: Retraining }
  /** Something that people can put right keeps it from going on. */
  | { readonly status: 'trouble'; readonly error: MergewayError };
