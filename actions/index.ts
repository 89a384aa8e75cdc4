/** Every command of this door, in the order of a pull request's life. Add a folder, add a line. */

import type { CommandSpec } from './command.ts';
import { validate } from './validate/command.ts';

export const actions: readonly CommandSpec[] = [validate];
