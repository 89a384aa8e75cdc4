/** `mergeway train`: a commit's training command in a clean checkout, its model checked, described and kept. */

import { defineCommand, type OptionsOf, type OptionTable } from '#actions/command.ts';
import { TRAINING_STORE } from '#actions/stores.ts';

const options = {
  model: { value: 'name', summary: 'Model to train', required: true },
  commit: { value: 'ref', summary: 'Commit to train', default: 'HEAD' },
  store: {
    value: 'folder',
    summary: 'Artifact store to keep the candidate in, and to look it up by its inputs first',
    env: 'MERGEWAY_STORE',
  },
  dataStore: {
    value: 'folder',
    summary: 'Folder that `store:` paths of training data stand for; never the one with the holdout',
  },
  trainingStore: TRAINING_STORE,
  out: {
    value: 'folder',
    summary:
      'Where to write model.onnx, seed-1.onnx …, training.json, profile.json (of the training data), training.log',
    required: true,
  },
} as const satisfies OptionTable;

export type TrainOptions = OptionsOf<typeof options>;

export const train = defineCommand({
  name: 'train',
  summary: 'Trains a model in a clean checkout; the same inputs are never trained twice',
  options,
  examples: ['mergeway train --model flights --store .mergeway/store --out out/flights'],
  outputs: {
    candidate: "The candidate's digest",
    'input-digest': 'Digest of everything that determines the candidate',
    reused: 'true when a stored candidate was found and nothing was trained',
  },
  run: async (given, io) => (await import('./run.ts')).run(given, io),
});
