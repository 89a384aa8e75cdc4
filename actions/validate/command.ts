/** `mergeway validate`: data against its contract, and a model's configuration, locks and training data. */

import { defineCommand, type OptionsOf, type OptionTable } from '#actions/command.ts';
import { TRAINING_STORE } from '#actions/stores.ts';

const options = {
  contract: { value: 'odcs.yaml', summary: 'Data contract that the files must keep' },
  object: { value: 'name', summary: 'Object of the contract, where it describes several' },
  model: {
    value: 'name',
    summary: "Model of this repository: its configuration, locks and training data's contract",
  },
  dataStore: {
    value: 'folder',
    summary: 'Folder that `store:` paths of training data stand for; never the one with the holdout',
  },
  trainingStore: TRAINING_STORE,
  out: { value: 'file', summary: 'Where to write the evidence (validation.json)' },
} as const satisfies OptionTable;

export type ValidateOptions = OptionsOf<typeof options>;

export const validate = defineCommand({
  name: 'validate',
  summary: 'Checks data files against an ODCS v3 contract, or a model with its locks and training data',
  files: { name: 'files', summary: 'Parquet or CSV files, read as one table' },
  options,
  examples: [
    'mergeway validate --contract data/loans.odcs.yaml data/loans-2013.parquet data/loans-2014.parquet',
    'mergeway validate --model flights --out out/validation.json --json',
  ],
  outputs: { verdict: 'pass, fail, inconclusive or skipped' },
  run: async (given, io, files) => (await import('./run.ts')).run(given, io, files),
});
