/** `mergeway gate`: verdicts on evidence, by the policy of the base. Runs nothing. */

import { defineCommand, type OptionsOf, type OptionTable } from '#actions/command.ts';
import { TRUST_OPTIONS } from '#actions/trust.ts';

const options = {
  evidence: { value: 'file', summary: 'Evidence of the evaluation (evaluation.json)', required: true },
  model: { value: 'name', summary: "Model of this repository; by default the evidence's" },
  validation: { value: 'file', summary: 'Evidence of the validation (validation.json), for the data gate' },
  training: {
    value: 'file',
    summary: 'Evidence of the training (training.json); must speak of the same bytes',
  },
  champion: {
    value: 'digest',
    summary:
      "What the candidate must have been measured against; by default the version in production by the clone's tags",
  },
  signature: {
    value: 'file',
    summary:
      'Signature of the evidence; by default the file beside it, `<evidence>.sigstore.json`, where the policy asks for one',
  },
  ...TRUST_OPTIONS,
  policyRef: { value: 'commit', summary: 'Commit whose policy judges; by default the working tree' },
  head: {
    value: 'commit',
    summary: 'Commit that the candidate was trained from; a new model has its policy',
  },
  allowAdvisory: { summary: 'Judges evidence of a job that ran code of the pull request too' },
} as const satisfies OptionTable;

export type GateOptions = OptionsOf<typeof options>;

export const gate = defineCommand({
  name: 'gate',
  summary: 'Judges evidence by the policy: passed (0), failed (1) or could not tell (3)',
  options,
  examples: ['mergeway gate --evidence out/evaluation.json --model flights --validation out/validation.json'],
  outputs: { verdict: 'pass, fail, inconclusive or skipped', candidate: "The candidate's digest" },
  run: async (given, io) => (await import('./run.ts')).run(given, io),
});
