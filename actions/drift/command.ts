/** `mergeway drift`: two data files, column by column: has the population moved? No repository needed. */

import { defineCommand, type OptionsOf, type OptionTable } from '#actions/command.ts';

const options = {
  reference: { value: 'file', summary: 'Parquet or CSV file to compare with', required: true },
  current: { value: 'file', summary: 'Parquet or CSV file that may have moved', required: true },
  method: {
    value: 'name',
    summary:
      'Drift measure of docs/drift.md: psi (Evidently), ks, nannyml.jensenshannon …, or evidently, which chooses by column; by default psi_deciles, PSI on deciles of the reference',
  },
  columns: { value: 'column[,column]', summary: 'Columns to compare; by default all of the reference' },
  threshold: {
    value: 'auto|number',
    summary:
      "From where on it is drift; by default auto for psi_deciles, which knows rows and columns, else the library's",
  },
} as const satisfies OptionTable;

export type DriftOptions = OptionsOf<typeof options>;

export const drift = defineCommand({
  name: 'drift',
  summary: 'Compares two data files column by column and names what moved',
  options,
  examples: [
    'mergeway drift --reference data/january.parquet --current data/june.parquet',
    'mergeway drift --reference a.csv --current b.csv --method ks --columns age,income --json',
  ],
  run: async (given, io) => (await import('./run.ts')).run(given, io),
});
