/** How often, as configuration says it: a duration, or the ticks of a cron expression whose gaps are the intervals. */

import { z } from 'zod';
import { cronProblem } from '../intervals/cron.ts';

const DURATION = /^(?=[\d.]*[1-9])\d{1,9}(\.\d{1,9})?(ms|s|m|h|d)$/;
const CRON = /^[\d*,/A-Za-z#-]+( [\d*,/A-Za-z#L?-]+){4}$/;

export const Every = z
  .string()
  .max(200)
  .superRefine((text, context) => {
    const message = problemOf(text);
    if (message !== undefined) context.addIssue({ code: 'custom', input: text, message });
  })
  .meta({
    description: 'A duration, counted from 1970-01-01 in the time zone, or a cron expression of five fields',
  });

export const Timezone = z
  .string()
  .max(100)
  .refine(isTimezone, 'expected a time zone such as UTC or America/New_York')
  .default('UTC')
  .meta({ description: 'IANA time zone in which intervals begin' });

function problemOf(text: string): string | undefined {
  if (DURATION.test(text)) return undefined;
  if (!CRON.test(text)) {
    return 'expected a duration such as 1h or 1d, or a cron expression such as 0 0 1,16 * *';
  }
  const problem = cronProblem(text);
  return problem === undefined ? undefined : `no cron expression of five fields: ${problem}`;
}

function isTimezone(name: string): boolean {
  if (name === 'UTC') return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
