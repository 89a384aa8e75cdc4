/** `mergeway rollout simulate`: a rollout's plan played many times, before anybody is on call for it. */

import { defineCommand, type OptionsOf, type OptionTable } from '#actions/command.ts';

const options = {
  plan: { value: 'model.yaml', summary: 'Model whose `rollout` is played', required: true },
  rates: {
    value: 'champion=share,canary=share',
    summary: 'Shares of bad answers, such as champion=0.001,canary=0.004',
    required: true,
  },
  perSecond: { value: 'number', summary: 'Requests a second, both versions together', default: '1000' },
  runs: { value: 'number', summary: 'How often each rollout is played', default: '1000' },
  seed: { value: 'text', summary: 'Chance: the same seed plays the same', default: 'mergeway' },
} as const satisfies OptionTable;

export type SimulateOptions = OptionsOf<typeof options>;

export const rolloutSimulate = defineCommand({
  name: 'rollout simulate',
  summary:
    'Says how soon a plan would take a bad canary back, and how often it would be wrong about a good one',
  options,
  examples: [
    'mergeway rollout simulate --plan models/flights/model.yaml --rates champion=0.001,canary=0.004 --per-second 1000',
  ],
  run: async (given, io) => (await import('./run.ts')).run(given, io),
});
