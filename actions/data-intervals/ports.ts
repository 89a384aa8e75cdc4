/** What both commands need: the stores as folders, files of the checkout, DuckDB that reads parts where they lie. */

import { resolve } from 'node:path';
import type { Io } from '#actions/command.ts';
import { placesOf, storesOf } from '#actions/data.ts';
import { isFile, readSource } from '#actions/files.ts';
import { folderDataStore } from '#adapters/data-store/folder.ts';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { MergewayError } from '#core/errors.ts';
import type { AdvancePorts } from '#core/flows/advance-data.ts';
import { parseInstant } from '#core/intervals/instant.ts';
import type { CommonOptions } from './command.ts';

export function portsOf(options: CommonOptions, io: Io): AdvancePorts {
  const { root, ...stores } = placesOf(options, io);
  return {
    table: duckdbTable({ loadUpTo: 0 }),
    stores: {
      repository: folderDataStore(root),
      ...storesOf(stores),
    },
    readText: async (path) => {
      return (await isFile(resolve(root, path))) ? (await readSource(root, path)).text : undefined;
    },
    progress: io.progress,
  };
}

/** The time of an option. MW_USAGE for what is none. */
export function instantOf(option: string, text: string): number {
  const instant = parseInstant(text);
  if (instant !== undefined) return instant;
  throw new MergewayError(
    'MW_USAGE',
    `${option} is an instant such as 2013-07-01T04:00:00Z, got ${JSON.stringify(text)}`,
  );
}

/** `--now`, or the clock's. */
export function nowOf({ now }: CommonOptions, { clock }: Io): number {
  return now === undefined ? clock.now() : instantOf('--now', now);
}
