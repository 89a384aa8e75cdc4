/** One drifting column among 300: how often the first window of 2,000 rows shows it, at the rate of false alarms that policies start with. */

import { seededRandom } from '#core/chance.ts';
import { Monitor } from '#core/config/monitor.ts';
import { budgetOf } from '#core/monitor/budget.ts';
import { driftChecks } from '#core/monitor/drift-checks.ts';
import { driftTerms } from '#core/monitor/terms.ts';
import { drawPair, nannymlAlarms, WINDOWS } from './false-alarms.ts';
import { evidentlyDrifts } from './peers.ts';
import { categories, healthyColumns, inOtherUnit, normal, type Population } from './populations.ts';
import { draw, countedBy, profileOf } from './samples.ts';

export const COLUMNS = 300;
export const WINDOW_ROWS = 2000;

/** Windows of a day and of an hour, by the default policy: .1 alarms a month, each window looked at twice. */
const DAILY = 30.436875;
const HOURLY = 24 * DAILY;

interface SeededDrift {
  readonly name: string;
  readonly before: Population;
  readonly now: Population;
}

export const SEEDED_DRIFTS: readonly SeededDrift[] = [
  { name: 'shift of ¼ standard deviation', before: normal('x'), now: normal('x', { mean: 0.25 }) },
  { name: 'scale × 1.5', before: normal('x'), now: normal('x', { deviation: 1.5 }) },
  { name: 'new category in 2 %', before: categories('c'), now: categories('c', { added: 0.02 }) },
  { name: '5 % nulls', before: normal('x'), now: normal('x', { missing: 0.05 }) },
  {
    name: 'unit change (× 2.2)',
    before: normal('x', { mean: 5, deviation: 1 }),
    now: inOtherUnit(normal('x', { mean: 5, deviation: 1 }), 2.2),
  },
];

export interface Detected {
  readonly name: string;
  readonly windows: number;
  readonly daily: number;
  readonly hourly: number;
  /** Windows that the peers' rules were tried on, and found the column in. */
  readonly compared: number;
  readonly evidently: number;
  readonly nannyml: number;
}

export function countDetections({ name, before, now }: SeededDrift, compared: number): Detected {
  const random = seededRandom(`drift ${name}`);
  const terms = { daily: termsOf(DAILY, name), hourly: termsOf(HOURLY, name) };
  const found = { daily: 0, hourly: 0, evidently: 0, nannyml: 0 };
  for (let window = 0; window < WINDOWS; window++) {
    const pair = drawPair(before, { rows: WINDOW_ROWS, chunked: window < compared, now }, random);
    const profile = profileOf(pair.reference);
    const counted = countedBy(profile, pair.current);
    for (const rate of ['daily', 'hourly'] as const) {
      const checks = driftChecks('column', profile, counted, terms[rate]);
      found[rate] += Number(checks.some(({ verdict }) => verdict === 'fail'));
    }
    if (window >= compared) continue;
    found.evidently += Number(evidentlyDrifts(pair.reference, pair.current));
    found.nannyml += Number(nannymlAlarms(pair));
  }
  return { name, windows: WINDOWS, ...found, compared };
}

/** The chance that each test of one among 300 columns may take. */
function termsOf(windowsPerMonth: number, seed: string) {
  const policy = Monitor.parse({ drift: {} });
  const random = seededRandom(`columns ${seed}`);
  const columns = healthyColumns(COLUMNS).map((population, index) => ({
    column: `c${index}`,
    profile: profileOf(draw(population, 1000, random)),
  }));
  const { drift: chance } = budgetOf(policy, { columns, predictions: null }, windowsPerMonth);
  return driftTerms({ psi: 'auto', alarm: true }, { chance, minRows: policy['min-rows'] });
}
