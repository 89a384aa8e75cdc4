/** `mergeway report`: all verdicts as one Markdown page, for a terminal, a job summary or the pull request. */

import { defineCommand, type OptionsOf, type OptionTable } from '#actions/command.ts';
import { TRUST_OPTIONS } from '#actions/trust.ts';

const options = {
  evidence: {
    value: 'file',
    summary: 'Evidence of the evaluation (evaluation.json); needed, but for --cml with a file of its own',
  },
  model: { value: 'name', summary: "Model of this repository; by default the evidence's" },
  validation: { value: 'file', summary: 'Evidence of the validation (validation.json)' },
  training: { value: 'file', summary: 'Evidence of the training (training.json)' },
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
  head: { value: 'commit', summary: 'Commit that the candidate was trained from' },
  out: { value: 'file', summary: 'Where to write the Markdown; by default stdout' },
  post: { summary: "Posts the report as the pull request's one comment, with GITHUB_TOKEN" },
  pullRequest: { value: 'number', summary: "Pull request to post to; by default the event's" },
  junit: { value: 'file', summary: 'Where to write the verdicts as JUnit XML' },
  sarif: { value: 'file', summary: 'Where to write what did not pass as SARIF, at the lines of model.yaml' },
  modelCard: { value: 'folder', summary: 'Where to write a Hugging Face model card, README.md' },
  hubBenchmark: {
    value: 'dataset#task',
    summary: 'With --model-card: benchmark on the Hub that .eval_results/mergeway.yaml is a result for',
  },
  cml: {
    value: 'words',
    summary:
      "Stands last: CML's own `comment create|update` with its flags; posts a Markdown file, or with --evidence the report",
    rest: true,
    cliOnly: true,
  },
} as const satisfies OptionTable;

export type ReportOptions = OptionsOf<typeof options>;

export const report = defineCommand({
  name: 'report',
  summary: 'Renders verdicts and numbers as Markdown, and posts them to the pull request',
  options,
  examples: [
    'mergeway report --evidence out/evaluation.json --validation out/validation.json --training out/training.json',
    'mergeway report --evidence out/evaluation.json --post --pull-request 12',
    'mergeway report --evidence out/evaluation.json --junit out/gates.xml --sarif out/gates.sarif --model-card out/card',
    'mergeway report --cml comment update --target=pr/12 --watermark-title=training report.md',
  ],
  needsToken: true,
  outputs: {
    verdict: 'pass, fail, inconclusive or skipped',
    url: 'Address of the comment, when it was posted',
  },
  run: async (given, io) => (await import('./run.ts')).run(given, io),
});
