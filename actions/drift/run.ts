/** Drift as a command: opens both files, lets core compare, prints. */

import { resolve } from 'node:path';
import type { Io, Outcome } from '#actions/command.ts';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { MergewayError } from '#core/errors.ts';
import { compareTables } from '#core/flows/drift.ts';
import { exitCode } from '#core/verdict.ts';
import type { DriftOptions } from './command.ts';
import { describeDrift } from './describe.ts';

/** Runs `mergeway drift`. */
export async function run(options: DriftOptions, io: Io): Promise<Outcome> {
  const threshold = thresholdOf(options.threshold);
  const tables = duckdbTable();
  io.progress.say(`reading ${options.reference} and ${options.current}`);
  const reference = await tables.open([resolve(io.cwd, options.reference)]);
  try {
    const current = await tables.open([resolve(io.cwd, options.current)]);
    try {
      const columns = options.columns?.split(',').map((name) => name.trim());
      const report = await compareTables({ reference, current, columns, method: options.method, threshold });
      return {
        exit: exitCode(report.verdict),
        json: { columns: report.columns.map((column) => ({ ...column })) },
        text: describeDrift(report),
      };
    } finally {
      await current.close();
    }
  } finally {
    await reference.close();
  }
}

function thresholdOf(text: string | undefined): 'auto' | number | undefined {
  if (text === undefined || text === 'auto') return text;
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number) && number >= 0) return number;
  throw new MergewayError(
    'MW_USAGE',
    `--threshold takes auto or a number from 0 on, not ${JSON.stringify(text)}`,
  );
}
