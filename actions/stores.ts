/** The option of every command that reads data locks. */

import type { OptionSpec } from './command.ts';

export const TRAINING_STORE = {
  value: 'folder',
  summary:
    'Folder that `training:` in data locks stands for; training is given it, so it never holds a holdout',
  env: 'MERGEWAY_TRAINING_STORE',
} as const satisfies OptionSpec;
