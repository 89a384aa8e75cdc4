/** `mergeway ledger verify`: whether the chain of promotions and rollbacks is whole. */

import { defineCommand, type OptionsOf, type OptionTable } from '#actions/command.ts';

const options = {
  file: {
    value: 'entries.jsonl',
    summary: "Entries, a JSON object a line; by default those in the repository's tags",
  },
} as const satisfies OptionTable;

export type LedgerOptions = OptionsOf<typeof options>;

export const ledgerVerify = defineCommand({
  name: 'ledger verify',
  summary: 'Checks the hash chain of the ledger: nothing changed, nothing missing',
  options,
  examples: ['mergeway ledger verify', 'mergeway ledger verify --file ledger.jsonl --json'],
  run: async (given, io) => (await import('./run.ts')).run(given, io),
});
