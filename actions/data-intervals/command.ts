/** `mergeway data advance` and `mergeway data backfill`: locks of the next interval, or of every interval of a range. */

import { defineCommand, type OptionsOf, type OptionTable } from '#actions/command.ts';
import { TRAINING_STORE } from '#actions/stores.ts';

const common = {
  model: { value: 'name', summary: 'Model whose data it is', required: true },
  dataStore: {
    value: 'folder',
    summary: 'Folder that `store:` in data locks stands for: holdouts, and parts that training must not see',
    env: 'MERGEWAY_DATA_STORE',
  },
  trainingStore: TRAINING_STORE,
  now: {
    value: 'timestamp',
    summary:
      'Time at which intervals have to be complete, such as 2013-07-01T04:00:00Z; by default the clock',
  },
} as const satisfies OptionTable;

const advanceOptions = {
  ...common,
  latest: { summary: 'Goes to the newest complete interval instead of the next one' },
  dryRun: { summary: 'Makes and checks everything, and changes nothing' },
} as const satisfies OptionTable;

const backfillOptions = {
  ...common,
  from: { value: 'timestamp', summary: 'Begin of the range: intervals begin here or later', required: true },
  to: { value: 'timestamp', summary: 'End of the range: intervals end here or earlier', required: true },
  out: { value: 'folder', summary: 'Where to write a folder of locks per interval', required: true },
} as const satisfies OptionTable;

export type CommonOptions = OptionsOf<typeof common>;
export type AdvanceOptions = OptionsOf<typeof advanceOptions>;
export type BackfillOptions = OptionsOf<typeof backfillOptions>;

export const dataAdvance = defineCommand({
  name: 'data advance',
  summary:
    "Moves a model's data on by one interval: training up to it, the holdout after that, never overlapping",
  options: advanceOptions,
  notes:
    'Ends with 0 when locks were written or no interval has ended since, 3 while data of one that has is still to come, and 1 when\nnew data broke a rule and went to quarantine. Tell it as often as you like: intervals decide what is due, not the caller.',
  examples: [
    'mergeway data advance --model flights --data-store /srv/holdouts --training-store /srv/training',
    'mergeway data advance --model flights --latest --now 2013-07-01T04:00:00Z --dry-run --json',
  ],
  run: async (given, io) => (await import('./advance.ts')).run(given, io),
});

export const dataBackfill = defineCommand({
  name: 'data backfill',
  summary:
    'Writes the locks of every complete interval of a range, a folder each, and leaves the present ones',
  options: backfillOptions,
  notes:
    'A folder holds the locks at their paths: copy one over the repository (`cp -r history/<interval>/. .`) and commit it on a branch to\ntrain and judge the model as of that interval.',
  examples: [
    'mergeway data backfill --model flights --from 2013-03-01T05:00:00Z --to 2013-06-01T04:00:00Z --out history',
  ],
  run: async (given, io) => (await import('./backfill.ts')).run(given, io),
});
