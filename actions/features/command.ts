/** `mergeway features join` makes training data, each label with what was known at its time; `features materialize` fills the online store. */

import { defineCommand, type OptionsOf, type OptionTable } from '#actions/command.ts';
import { DATA_STORE, TRAINING_STORE } from '#actions/stores.ts';

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
  dataStore: DATA_STORE,
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

const materializeOptions = {
  service: { value: 'name', summary: 'Feature service whose views are materialised', required: true },
  definitions: { value: 'features.yaml', summary: 'Feature definitions', required: true },
  from: {
    value: 'time',
    summary:
      'First event time, such as 2013-06-01T00:00:00Z. Not given: where the last run ended, less the look-back; the first time --to less ttl, or everything where there is no ttl',
  },
  to: { value: 'time', summary: 'Last event time, which counts too; now where it is not given or later' },
  lookback: {
    value: 'duration',
    summary: 'How far before the end of the last run rows are read again, for those that came late',
    default: '1d',
  },
  store: { value: 'folder', summary: 'Embedded online store; the folder is made if need be' },
  redis: {
    value: 'url',
    summary: 'Online store in Redis: redis://[[user]:password@]host[:port][/db]',
    env: 'MERGEWAY_REDIS',
  },
  keyTtl: {
    value: 'duration',
    summary: 'How long Redis keeps a row that is not written again; for ever where it is not given',
  },
  dataStore: DATA_STORE,
  trainingStore: TRAINING_STORE,
} as const satisfies OptionTable;

export type MaterializeOptions = OptionsOf<typeof materializeOptions>;

export const featuresMaterialize = defineCommand({
  name: 'features materialize',
  summary:
    'Fills the online store with the latest features of every entity, for an interval or since the last run',
  options: materializeOptions,
  notes:
    'May be run again at any time, and killed: what is older never replaces what is newer, and the end of an interval is remembered last.',
  examples: [
    'mergeway features materialize --service flights_v1 --definitions features/flights.yaml --store .mergeway/online',
    'mergeway features materialize --service flights_v1 --definitions features/flights.yaml --redis redis://127.0.0.1:6379 --lookback 3d',
  ],
  run: async (given, io) => (await import('./materialize.ts')).run(given, io),
});
