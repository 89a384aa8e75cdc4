/** Options of commands that read data locks: folders for the places that these name. */

import type { OptionSpec } from './command.ts';

export const DATA_STORE = {
  value: 'folder',
  summary: 'Folder that store: stands for in data locks',
  env: 'MERGEWAY_DATA_STORE',
} as const satisfies OptionSpec;

export const TRAINING_STORE = {
  value: 'folder',
  summary:
    'Folder that `training:` in data locks stands for; training is given it, so it never holds a holdout',
  env: 'MERGEWAY_TRAINING_STORE',
} as const satisfies OptionSpec;
