/** Further data of a repository's models: the stories of core/flows/advance-data.ts over the App's stores, with locks read at a commit. */

import { folderDataStore } from '#adapters/data-store/folder.ts';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { type AdvancePorts, advanceData, dueInterval } from '#core/flows/advance-data.ts';
import { readText } from '#core/flows/policy.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { DataIntervals } from '#core/ports/data-intervals.ts';
import type { SourceTree } from '#core/ports/source-tree.ts';

export interface DataFolders {
  /** What `store:` and `training:` in locks stand for. */
  readonly dataStore: string;
  readonly trainingStore?: string | undefined;
}

/** The App has no checkout: locks whose data lies in the repository stay as they are. */
export function dataIntervals(
  { dataStore, trainingStore }: DataFolders,
  { source, clock }: { readonly source: SourceTree; readonly clock: Clock },
): DataIntervals {
  const ports = (commit: string): AdvancePorts => ({
    table: duckdbTable({ loadUpTo: 0 }),
    stores: {
      store: folderDataStore(dataStore),
      ...(trainingStore !== undefined && { training: folderDataStore(trainingStore) }),
    },
    readText: (path) => readText(source, commit, path),
    progress: { say: () => {} },
  });

  return {
    async newest({ config, commit }) {
      const due = await dueInterval(ports(commit), { config, now: clock.now(), target: 'latest' });
      return due.status === 'due' ? due : { status: 'not-due', reason: due.reason };
    },
    async advance({ config, commit, interval }) {
      const advanced = await advanceData(ports(commit), { config, now: clock.now(), target: interval });
      switch (advanced.status) {
        case 'advanced':
          return { status: 'advanced', locks: advanced.locks };
        case 'not-due':
        case 'waiting':
          return { status: 'not-due', reason: advanced.reason };
        case 'empty':
          return { status: 'refused', reason: advanced.reason };
        case 'quarantined':
          return { status: 'refused', reason: [advanced.reason, ...advanced.reports].join('; ') };
      }
    },
  };
}
