/** Instants as configuration and locks write them: ISO 8601 with `Z` or an offset, since a time without one is another time elsewhere. */

import type { Interval } from './schedule.ts';

const INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/;

/** Milliseconds since 1970; undefined for what is no instant. */
export function parseInstant(text: string): number | undefined {
  if (!INSTANT.test(text)) return undefined;
  const instant = Date.parse(text.replace(' ', 'T'));
  return Number.isNaN(instant) ? undefined : instant;
}

/** `2013-05-01T04:00:00Z`, with milliseconds only where there are any. */
export function instantText(instant: number): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}

/** For sentences. */
export function intervalText({ from, to }: Interval): string {
  return `${instantText(from)} to ${instantText(to)}`;
}

/** For names of files and folders: `20130501T040000Z_20130516T040000Z`, which sort by time. */
export function intervalName({ from, to }: Interval): string {
  return [from, to].map((instant) => instantText(instant).replace(/[-:]/g, '')).join('_');
}
