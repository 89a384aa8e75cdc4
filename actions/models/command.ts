/** `mergeway models`: which models a commit has, or which of them a pull request changes. */

import { defineCommand, type OptionsOf, type OptionTable } from '#actions/command.ts';

const options = {
  commit: { value: 'ref', summary: 'Commit to look at', default: 'HEAD' },
  base: { value: 'ref', summary: 'Only models whose inputs differ from this commit' },
} as const satisfies OptionTable;

export type ModelsOptions = OptionsOf<typeof options>;

export const models = defineCommand({
  name: 'models',
  summary: 'Lists the models of a commit, or those that a pull request changes',
  options,
  examples: ['mergeway models', 'mergeway models --base origin/main --json'],
  outputs: { models: 'JSON list of names, for a matrix' },
  run: async (given, io) => (await import('./run.ts')).run(given, io),
});
