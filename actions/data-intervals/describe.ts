/** What came of an interval, for people and scripts. */

import type { Outcome } from '#actions/command.ts';
import type { Advance } from '#core/flows/advance-data.ts';
import { instantText, intervalText } from '#core/intervals/instant.ts';
import type { Interval } from '#core/intervals/schedule.ts';
import type { Json } from '#core/json.ts';
import { counted } from '#core/plural.ts';

/** Nothing due is as good as done; data that is not there is `inconclusive`. */
export function exitOf({ status }: Advance): Outcome['exit'] {
  switch (status) {
    case 'advanced':
    case 'not-due':
      return 0;
    case 'quarantined':
      return 1;
    case 'waiting':
    case 'empty':
      return 3;
  }
}

export function jsonOf(result: Advance): { readonly [key: string]: Json } {
  const { status, interval } = result;
  const common = { status, interval: jsonOfInterval(interval) };
  switch (result.status) {
    case 'advanced':
      return { ...common, rows: result.rows, locks: Object.keys(result.locks) };
    case 'not-due':
      return { ...common, reason: result.reason, dueAt: instantText(result.dueAt) };
    case 'empty':
      return { ...common, reason: result.reason };
    case 'waiting':
      return { ...common, reason: result.reason, wouldSettle: result.wouldSettle };
    case 'quarantined':
      return {
        ...common,
        reason: result.reason,
        broken: result.broken.map((rule) => ({ ...rule })),
        reports: result.reports,
      };
  }
}

function jsonOfInterval({ from, to }: Interval): { readonly from: string; readonly to: string } {
  return { from: instantText(from), to: instantText(to) };
}

/** A sentence, and what belongs to it below. */
export function describeAdvance(result: Advance): string {
  const interval = intervalText(result.interval);
  switch (result.status) {
    case 'advanced': {
      const rows = Object.entries(result.rows).map(([path, count]) => `  ${path}: ${counted(count, 'row')}`);
      return [`advanced: ${interval}`, ...rows].join('\n');
    }
    case 'not-due':
      return `nothing is due: ${result.reason}`;
    case 'empty':
      return `nothing in ${interval}: ${result.reason}`;
    case 'waiting':
      return `waiting for ${interval}: ${result.reason}; ${result.wouldSettle} would settle it`;
    case 'quarantined': {
      const lines = [...result.reason.split('\n'), ...result.reports.map((report) => `report: ${report}`)];
      return [`quarantined: ${interval}`, ...lines.map((line) => `  ${line}`)].join('\n');
    }
  }
}
