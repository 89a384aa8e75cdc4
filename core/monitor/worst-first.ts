/** Checks in the order in which people want them: alarms, what only moved, what could not be told, then the rest; the least likely first. */

import type { MonitorCheck } from '../evidence/monitor.ts';

export function worstFirst(checks: readonly MonitorCheck[]): readonly MonitorCheck[] {
  return [...checks].sort((a, b) => rank(a) - rank(b) || likelihood(a) - likelihood(b) || size(b) - size(a));
}

function rank({ verdict, alarm }: MonitorCheck): number {
  switch (verdict) {
    case 'fail':
      return alarm ? 0 : 1;
    case 'inconclusive':
      return 2;
    case 'pass':
      return 3;
    case 'skipped':
      return 4;
  }
}

function likelihood({ pValue }: MonitorCheck): number {
  return pValue ?? 1;
}

function size({ statistic, threshold }: MonitorCheck): number {
  return threshold === null ? 0 : (statistic ?? 0) / (threshold || 1);
}
