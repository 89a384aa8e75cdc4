/** `mergeway promote`: what a merge brings, where no App is installed. */

import { defineCommand, type OptionsOf, type OptionTable } from '#actions/command.ts';

const options = {
  store: {
    value: 'folder',
    summary: 'Artifact store that training and evaluation wrote to',
    env: 'MERGEWAY_STORE',
    required: true,
  },
  commit: { value: 'ref', summary: 'Commit on the default branch', default: 'HEAD' },
  base: {
    value: 'ref',
    summary: 'Commit before the merge, whose policy judges; by default the first parent',
  },
  actor: { value: 'login', summary: 'Who merged', env: 'GITHUB_ACTOR', default: 'mergeway' },
  pullRequest: { value: 'number', summary: 'Pull request that was merged, for the ledger' },
  push: { summary: 'Shares the tags through the remote `origin`' },
  withoutRollout: { summary: 'Straight to production, also where the policy has a rollout' },
} as const satisfies OptionTable;

export type PromoteOptions = OptionsOf<typeof options>;

export const promote = defineCommand({
  name: 'promote',
  summary: 'Registers what a merge brings and moves its stage, by tags; for repositories without the App',
  options,
  examples: ['mergeway promote --store .mergeway/store --push'],
  outputs: {
    verdict: 'pass when everything that changed was promoted',
    versions: 'JSON list of what was promoted',
  },
  run: async (given, io) => (await import('./run.ts')).run(given, io),
});
