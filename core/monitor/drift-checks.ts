/** Drift of one column, or of the scores: every test compares two samples, the window and the reference, and alarms where chance does not explain the difference. */

import type { MonitorCheck } from '../evidence/monitor.ts';
import type { Profile } from '../evidence/profile.ts';
import { shareDiffers } from '../statistics/hypergeometric.ts';
import { judgeCategories } from './categories.ts';
import { chanceText, check, percent, type SayOf } from './check.ts';
import { judgeNumbers } from './numbers.ts';
import type { Counted } from './summary.ts';
import { type DriftTerms, tooFew } from './terms.ts';

export function driftChecks(
  subject: string,
  profile: Profile,
  counted: Counted,
  terms: DriftTerms,
): readonly MonitorCheck[] {
  const say: SayOf = (measure, kind = 'drift') => check({ kind, subject, measure, alarm: terms.alarm });
  if (profile.kind === 'skipped') return [say('drift')('skipped', profile.reason)];
  if (counted.kind === 'none') return [say('drift')('inconclusive', counted.reason)];

  const missing = judgeMissing(profile, counted, terms, say);
  if (profile.kind === 'number' && counted.kind === 'number') {
    return [...judgeNumbers(profile, counted, terms, say), missing];
  }
  if (profile.kind === 'category' && counted.kind === 'category') {
    return [...judgeCategories(profile, counted, terms, say), missing];
  }
  return [say('drift')('inconclusive', `${profile.kind} in the reference, ${counted.kind} now`)];
}

/** Missing values became more or fewer: Fisher's exact test, two-sided. */
function judgeMissing(
  before: { readonly rows: number; readonly missing: number },
  now: { readonly rows: number; readonly missing: number },
  terms: DriftTerms,
  say: SayOf,
): MonitorCheck {
  const few = tooFew({ reference: before.rows, current: now.rows }, terms);
  if (few) return say('null_share')('inconclusive', few);

  const urn = { total: before.rows + now.rows, marked: before.missing + now.missing, drawn: now.rows };
  const pValue = shareDiffers(now.missing, urn);
  const [reference, share] = [before.missing / before.rows, now.missing / now.rows];
  const reason = `missing ${percent(reference)}, now ${percent(share)}, p ${chanceText(pValue)}`;
  const verdict = pValue <= terms.chance ? 'fail' : 'pass';
  return say('null_share')(verdict, reason, { statistic: share, reference, pValue });
}
