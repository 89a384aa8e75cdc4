/** What a slash command is. Adding one: a file beside this one, and a line in index.ts; the help text follows by itself. */

import type { Workspace } from '../flows/workspace.ts';

export interface CommandCall {
  readonly workspace: Workspace;
  /** Of the issue or pull request that was commented on. */
  readonly number: number;
  readonly on: 'pull-request' | 'issue';
  /** Id of the comment: the same call told again after a crash has the same id. */
  readonly commentId: number;
  readonly author: string;
  readonly words: readonly string[];
}

export interface Command {
  readonly name: string;
  /** What stands after the name, such as `[model]`. */
  readonly usage: string;
  /** One sentence for the help. */
  readonly summary: string;
  /** Does it and returns the reply in Markdown. Told again with the same comment, it does nothing twice. */
  run(call: CommandCall): Promise<string>;
}
