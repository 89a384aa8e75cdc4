/** One window's skew as checks of the monitor. Where the sources end before the window does, nothing is compared, and what would settle it is said. */

import type { Monitor } from '../config/monitor.ts';
import { digestOfJson } from '../digest.ts';
import type { MonitorCheck, MonitorPredicate } from '../evidence/monitor.ts';
import { instantText } from '../intervals/instant.ts';
import type { Interval } from '../intervals/schedule.ts';
import type { SourcesNow } from '../ports/live-windows.ts';
import type { Table } from '../ports/table.ts';
import { noSkewCheck, skewChecks } from '../skew/checks.ts';
import type { Coverage } from '../skew/coverage.ts';
import { reachInto } from '../skew/reach.ts';
import type { SkewRequest } from '../skew/request.ts';
import { compareSkew } from './skew.ts';

export type SkewPolicy = NonNullable<Monitor['skew']>;

export interface WindowSkew {
  readonly checks: readonly MonitorCheck[];
  /** As they were; undefined where they could not be looked at. */
  readonly sources?: NonNullable<MonitorPredicate['sources']>;
}

export interface WindowSkewRequest
  extends Pick<SkewRequest, 'parts' | 'service' | 'defaults' | 'sources' | 'restricted' | 'version'> {
  readonly covered: Coverage;
  readonly window: Interval;
  readonly policy: SkewPolicy;
}

/** Rows of a window that are compared. */
const MOST_ROWS = 20_000;

/** MW_COLUMN_MISSING, MW_FEATURES_MISMATCH, and those of the table. */
export async function windowSkew(
  table: Table,
  { policy, ...request }: WindowSkewRequest,
): Promise<WindowSkew> {
  const { covered, window, service } = request;
  const sources = sourcesThen(sourcesNow(request), window);
  const reach = reachInto(window, covered.to ?? window.to);
  const end = sources.until;
  if (reach === 'behind') {
    const reason = `${covered.endsWith} ends at ${end}, the window at ${instantText(window.to)}: its rows until then would settle it`;
    return { checks: [noSkewCheck(service.name, 'inconclusive', { ...policy, reason })], sources };
  }
  const { tolerance } = policy;
  const skew = await compareSkew(table, { ...request, tolerance, mostRows: MOST_ROWS, pick: 'spread' });
  const aside = reach === 'near' ? `; compared until ${end}, where ${covered.endsWith} ends` : '';
  return { checks: skewChecks(skew, { ...policy, aside }), sources };
}

/** A window of which nothing can be compared, whatever its sources. */
export function noSkew(verdict: 'inconclusive' | 'skipped', reason: string, policy: SkewPolicy): WindowSkew {
  return { checks: [noSkewCheck('features', verdict, { ...policy, reason })] };
}

/** `covered` by these sources. Files count by their last name: where they are read from may change. */
export function sourcesNow({ covered, sources }: Pick<WindowSkewRequest, 'covered' | 'sources'>): SourcesNow {
  const files = sources.map(({ name, paths }) => [
    name,
    ...paths.map((path) => path.replace(/^.*[\\/]/s, '')).sort(),
  ]);
  return { until: covered.to ?? Number.POSITIVE_INFINITY, files: digestOfJson(files) };
}

/** For a window's result, which does not change with rows that come after it. */
export function sourcesThen(
  { until, files }: SourcesNow,
  { to }: Interval,
): NonNullable<WindowSkew['sources']> {
  return { until: instantText(Math.min(until, to)), files };
}
