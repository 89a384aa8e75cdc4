/** `mergeway evaluate`: candidate and champion on the holdout, or predictions of any framework on their labels. */

import { defineCommand, type OptionsOf, type OptionTable } from '#actions/command.ts';
import { TRAINING_STORE } from '#actions/stores.ts';

const options = {
  model: { value: 'name', summary: 'Model of this repository, whose policy says what is measured' },
  candidate: { value: 'digest|file.onnx', summary: 'Candidate: a digest in the store, or a file' },
  seeds: {
    value: 'training.json|digest[,digest]',
    summary: 'Models by other seeds: those beside the evidence of the training, or digests in the store',
  },
  champion: {
    value: 'digest|file.onnx',
    summary: "What to compare with; by default the version in production by the repository's tags",
  },
  championVersion: { value: 'version', summary: "The champion's version, as evidence names it" },
  head: {
    value: 'commit',
    summary:
      'Commit that the candidate was trained from: its tensor names are used, and a new model has its policy',
  },
  policyRef: {
    value: 'commit',
    summary:
      'Commit whose policy says what is measured; by default the working tree, with --head what is checked out',
  },
  holdoutRef: {
    value: 'commit',
    summary:
      "Commit whose holdout lock is used in place of the policy's; the App names its own commits, nobody else's",
  },
  training: {
    value: 'file',
    summary:
      'Evidence of the training; candidate and evidence are then kept in the store for `mergeway promote`',
  },
  validation: { value: 'file', summary: 'With --training: evidence of the validation, kept too' },
  store: { value: 'folder', summary: 'Artifact store that digests are looked up in', env: 'MERGEWAY_STORE' },
  dataStore: {
    value: 'folder',
    summary:
      'Folder that `store:` in data locks stands for; only evaluation is given the one with the holdout',
    env: 'MERGEWAY_DATA_STORE',
  },
  trainingStore: TRAINING_STORE,
  predictionLog: {
    value: 'folder',
    summary: 'Root of the prediction log, for the skew gate; only evaluation may read it',
    env: 'MERGEWAY_PREDICTION_LOG',
  },
  advisory: { summary: 'Marks the evidence: this job ran code of the pull request too' },
  out: { value: 'file', summary: 'Where to write the evidence (evaluation.json)' },
  profileOut: {
    value: 'file',
    summary: 'Where to write the reference profile that monitors compare with (profile.json)',
  },
  predictions: {
    value: 'file|digest',
    summary:
      'CSV or Parquet with labels and scores of any framework, or what an evaluation kept in the store; no repository is needed then',
    cliOnly: true,
  },
  task: {
    value: 'task',
    summary:
      'With --predictions: binary-classification, multiclass-classification, regression, ranking or forecasting',
    cliOnly: true,
  },
  label: { value: 'column', summary: 'With --predictions: column with what came true', cliOnly: true },
  score: {
    value: 'column[,column]',
    summary: 'With --predictions: column with the score; for several classes one column per class',
    cliOnly: true,
  },
  threshold: {
    value: 'number|max:metric',
    summary:
      'With --predictions: score from which a row is positive; max:f1 chooses it on one half of the rows and judges the other half',
    cliOnly: true,
  },
  key: {
    value: 'column',
    summary: 'With --threshold max:…: rows of one key do not both choose the threshold and judge it',
    cliOnly: true,
  },
  query: {
    value: 'column',
    summary: 'With --task ranking: column with the query, whose rows make one list',
    cliOnly: true,
  },
  series: {
    value: 'column',
    summary: 'With --task forecasting: column with the time series that a row belongs to',
    cliOnly: true,
  },
  scale: {
    value: 'column',
    summary:
      "With --task forecasting: column with the naive forecast's mean absolute error on the rows that the series was trained on, for mase",
    cliOnly: true,
  },
  weight: { value: 'column', summary: "With --predictions: column with the rows' weights", cliOnly: true },
  by: {
    value: 'column[,column]',
    summary: 'With --predictions: columns that make the groups',
    cliOnly: true,
  },
} as const satisfies OptionTable;

export type EvaluateOptions = OptionsOf<typeof options>;

export const evaluate = defineCommand({
  name: 'evaluate',
  summary: 'Measures a candidate and the champion on the same rows; runs no code of the pull request',
  options,
  examples: [
    'mergeway evaluate --model flights --candidate out/flights/model.onnx --data-store /srv/holdouts --out out/evaluation.json --profile-out out/profile.json',
    'mergeway evaluate --predictions templates/quickstart/predictions.csv --task binary-classification --label late --score score --by carrier_size --json',
  ],
  outputs: { evidence: 'Path of the evidence', candidate: "The candidate's digest" },
  run: async (given, io) => (await import('./run.ts')).run(given, io),
});
