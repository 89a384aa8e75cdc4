/** `mergeway monitor`: live predictions, a log or plain files, against the reference profile of what the model was evaluated on. */

import { defineCommand, type OptionsOf, type OptionTable } from '#actions/command.ts';
import { TRAINING_STORE } from '#actions/stores.ts';

const options = {
  profile: {
    value: 'profile.json',
    summary: 'Reference profile, as `mergeway evaluate --profile-out` writes it',
    required: true,
  },
  predictions: {
    value: 'file|folder',
    summary:
      'Parts of the prediction log, or Parquet or CSV files with a column `score` and the features by their names; may be given several times',
    required: true,
    repeated: true,
  },
  feedback: {
    value: 'file|folder',
    summary: 'Parts with late labels; may be given several times',
    repeated: true,
  },
  label: { value: 'column', summary: 'Column of the predictions with the label, where there is no feedback' },
  model: { value: 'name', summary: 'Model of this repository, whose `monitor` says what is watched' },
  policy: { value: 'model.yaml', summary: 'The same from a file; by default drift alone is watched' },
  definitions: {
    value: 'features.yaml',
    summary: 'Feature definitions: served features are held against the same computed offline',
  },
  service: { value: 'name', summary: 'Feature service of --definitions that was served' },
  contract: {
    value: 'odcs.yaml',
    summary:
      'Data contract: columns that it calls restricted are not compared; by default that of --model or --policy',
  },
  dataStore: {
    value: 'folder',
    summary: 'Folder that store: stands for in data locks of feature sources',
    env: 'MERGEWAY_DATA_STORE',
  },
  trainingStore: TRAINING_STORE,
  version: { value: 'version', summary: 'Only rows of this version; by default the only one that there is' },
  from: { value: 'time', summary: 'Begin of the window, ISO 8601; by default the first event time' },
  to: { value: 'time', summary: 'End of the window, left out of it; by default just after the last' },
  every: { value: 'duration', summary: 'Cut the time into windows of this length, such as 1h or 1d' },
  out: { value: 'file', summary: 'Where to write the evidence; of several windows a JSON list' },
} as const satisfies OptionTable;

export type MonitorOptions = OptionsOf<typeof options>;

export const monitor = defineCommand({
  name: 'monitor',
  summary:
    'Compares live predictions with the reference profile: drift, volume, performance from late labels',
  options,
  notes:
    'Exit codes: 0 nothing alarms, 1 an alarm, 3 something could not be told (of several windows the worst). docs/monitors.md says what is measured, and how often chance alone alarms.',
  examples: [
    'mergeway monitor --profile out/profile.json --predictions data/june.parquet',
    'mergeway monitor --profile out/profile.json --predictions log/predictions/flights --feedback log/feedback/flights --model flights --every 1d --json',
  ],
  run: async (given, io) => (await import('./run.ts')).run(given, io),
});
