/** `mergeway skew`: features of a prediction log against the same computed again offline. */

import { defineCommand, type OptionsOf, type OptionTable } from '#actions/command.ts';
import { DATA_STORE, TRAINING_STORE } from '#actions/stores.ts';

const options = {
  predictions: {
    value: 'file|folder',
    summary: 'Parts of a prediction log; may be given several times',
    required: true,
    repeated: true,
  },
  definitions: { value: 'features.yaml', summary: 'Feature definitions', required: true },
  service: { value: 'name', summary: 'Feature service that was served', required: true },
  modelYaml: {
    value: 'model.yaml',
    summary: 'The model: its `serve.defaults` are what nulls become',
  },
  contract: {
    value: 'odcs.yaml',
    summary: 'Data contract: columns that it calls restricted are neither compared nor shown',
  },
  version: { value: 'version', summary: 'Only rows that this version served' },
  max: { value: 'share', summary: 'Share of values that may differ', default: '0.001' },
  tolerance: {
    value: 'number',
    summary: 'Relative difference of numbers that counts as equal; one for all, or <column>=<number>',
    repeated: true,
  },
  rows: { value: 'number', summary: 'The newest so many rows are compared', default: '20000' },
  source: {
    value: 'view=file',
    summary: "A view's source, in place of the one that the definitions name",
    repeated: true,
  },
  dataStore: DATA_STORE,
  trainingStore: TRAINING_STORE,
} as const satisfies OptionTable;

export type SkewOptions = OptionsOf<typeof options>;

export const skew = defineCommand({
  name: 'skew',
  summary:
    'Compares served features with the same computed offline: equal (0), skewed (1), could not tell (3)',
  options,
  examples: [
    'mergeway skew --predictions log/predictions/flights --definitions features/flights.yaml --service flights_v1 --max 0.001',
  ],
  run: async (given, io) => (await import('./run.ts')).run(given, io),
});
