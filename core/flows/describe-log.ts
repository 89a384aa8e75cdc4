/** What a table of predictions spans: event times and versions, so that a command can choose windows. */

import { EVENT_TIME, has, type Interval } from '../monitor/relation.ts';
import type { Table } from '../ports/table.ts';

export interface LogSpan {
  /** From the first event time to just after the last; undefined where rows have none. */
  readonly times: Interval | undefined;
  /** Sorted; at most 100. Empty where rows name none. */
  readonly versions: readonly string[];
}

export async function describeLog(table: Table, paths: readonly string[]): Promise<LogSpan> {
  const opened = await table.open(paths, { union: true });
  try {
    const [row] = has(opened, 'event_time')
      ? await opened.query(
          `SELECT epoch_ms(min(${EVENT_TIME})) AS first, epoch_ms(max(${EVENT_TIME})) AS last FROM data`,
        )
      : [];
    const versions = has(opened, 'version')
      ? await opened.query(
          'SELECT DISTINCT version FROM data WHERE version IS NOT NULL ORDER BY version LIMIT 100',
        )
      : [];
    return {
      times: row && row.first !== null ? { from: Number(row.first), to: Number(row.last) + 1 } : undefined,
      versions: versions.map(({ version }) => String(version)),
    };
  } finally {
    await opened.close();
  }
}
