/** `mergeway features join`: labels and feature views to training data, each label with what was known at its time. */

import { defineCommand, type OptionsOf, type OptionTable } from '#actions/command.ts';
import { TRAINING_STORE } from '#actions/stores.ts';

const options = {
  entities: {
    value: 'file',
    summary: 'Labels: Parquet or CSV with the join keys, a timestamp and whatever else is to be kept',
    required: true,
  },
  definitions: { value: 'features.yaml', summary: 'Feature definitions', required: true },
  service: { value: 'name', summary: 'Feature service to join', required: true },
  timestamp: {
    value: 'column',
    summary: 'Column of the labels with the time that features are wanted at',
    default: 'event_timestamp',
  },
  dataStore: {
    value: 'folder',
    summary: 'Folder that store: stands for in data locks',
    env: 'MERGEWAY_DATA_STORE',
  },
  trainingStore: TRAINING_STORE,
  out: { value: 'file.parquet', summary: 'Where to write the training data', required: true },
} as const satisfies OptionTable;

export type JoinOptions = OptionsOf<typeof options>;

export const featuresJoin = defineCommand({
  name: 'features join',
  summary: 'Joins features to labels point in time, by the definitions in features/*.yaml',
  options,
  examples: [
    'mergeway features join --entities labels.parquet --service flights_v1 --definitions features/flights.yaml --out training.parquet',
  ],
  run: async (given, io) => (await import('./run.ts')).run(given, io),
});
