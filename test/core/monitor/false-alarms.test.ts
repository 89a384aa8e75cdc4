/** In small what `npm run bench -- monitor-truth` shows in full: chance alone alarms at most as often as was allowed, and drift is found. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '#core/chance.ts';
import type { Profile } from '#core/evidence/profile.ts';
import { driftChecks } from '#core/monitor/drift-checks.ts';
import type { Counted } from '#core/monitor/summary.ts';
import { driftTerms } from '#core/monitor/terms.ts';
import type { Random } from '#core/ports/random.ts';
import { profileOfCounts } from '#core/profile/numbers.ts';
import { drawMultinomial } from '#core/statistics/binomial.ts';

/** Sixty rows in a hundred are 0, the others fall off. */
const TIES = [0.6, ...Array.from({ length: 40 }, (_, index) => 0.0501 * 0.875 ** index)];
const EVEN = new Array<number>(200).fill(1 / 200);

function numbersOf(shares: readonly number[], rows: number, random: Random): Profile {
  const counts = drawMultinomial(rows, shares, random);
  const values = shares.map((_, index) => index);
  return profileOfCounts({ values, counts }, { rows, missing: 0, below: 0, above: 0 });
}

function windowOf(profile: Profile, shares: readonly number[], rows: number, random: Random): Counted {
  if (profile.kind !== 'number') throw new Error('these are numbers');
  const counts = new Array<number>(profile.counts.length).fill(0);
  let [beneath, beyond] = [0, 0];
  for (const [value, count] of drawMultinomial(rows, shares, random).entries()) {
    const bin = profile.edges.findIndex((edge) => value <= Math.fround(edge));
    const place = bin < 0 ? counts.length - 1 : bin;
    counts[place] = (counts[place] ?? 0) + count;
    if (value < (profile.lowest ?? 0)) beneath += count;
    if (value > (profile.highest ?? 0)) beyond += count;
  }
  return { kind: 'number', rows, missing: 0, counts, beneath, beyond };
}

for (const { name, shares, rows } of [
  { name: 'even numbers', shares: EVEN, rows: 200 },
  { name: 'even numbers', shares: EVEN, rows: 20_000 },
  { name: 'heavy ties', shares: TIES, rows: 200 },
  { name: 'heavy ties', shares: TIES, rows: 20_000 },
]) {
  test(`without drift, each test of ${rows} rows of ${name} alarms at most as often as stated`, () => {
    const random = seededRandom(`${name} ${rows}`);
    const [runs, chance] = [1500, 0.02];
    const terms = driftTerms({ psi: 'auto', alarm: true }, { chance, minRows: 100 });

    const alarms = new Map<string, number>();
    for (let run = 0; run < runs; run++) {
      const profile = numbersOf(shares, 5000, random);
      for (const { measure, verdict } of driftChecks(
        'x',
        profile,
        windowOf(profile, shares, rows, random),
        terms,
      )) {
        alarms.set(measure, (alarms.get(measure) ?? 0) + Number(verdict === 'fail'));
      }
    }

    // Three standard errors above the stated rate.
    const most = runs * chance + 3 * Math.sqrt(runs * chance);
    for (const [measure, count] of alarms) assert.ok(count <= most, `${measure}: ${count} of ${runs}`);
    assert.ok((alarms.get('psi_deciles') ?? 0) > 0.2 * runs * chance, 'the limit of PSI is far too high');
  });
}

test('a category of a long tail that is listed by luck does not look rarer in every window', () => {
  const random = seededRandom('long tail');
  const shares = Array.from({ length: 400 }, (_, index) => 1 / (index + 1));
  const [runs, chance] = [500, 0.02];
  const terms = driftTerms({ psi: 'auto', alarm: true }, { chance, minRows: 100 });

  let alarms = 0;
  for (let run = 0; run < runs; run++) {
    const before = drawMultinomial(5000, shares, random).map((rows, value) => ({
      value: String(value),
      rows,
    }));
    const present = before.filter(({ rows }) => rows > 0).sort((a, b) => b.rows - a.rows);
    const values = present.slice(0, 200);
    const listed = values.reduce((sum, { rows }) => sum + rows, 0);
    const profile = {
      kind: 'category',
      of: 'text',
      rows: 5000,
      missing: 0,
      distinct: present.length,
      values,
      others: 5000 - listed,
    } as const;
    const now = drawMultinomial(5000, shares, random);
    const counts = values.map(({ value }) => now[Number(value)] ?? 0);
    const others = 5000 - counts.reduce((sum, count) => sum + count, 0);
    const counted = { kind: 'category', rows: 5000, missing: 0, counts, others, otherValues: [] } as const;
    const checks = driftChecks('x', profile, counted, terms);
    alarms += Number(checks.some(({ verdict }) => verdict === 'fail'));
  }

  assert.ok(alarms <= runs * chance + 3 * Math.sqrt(runs * chance), `${alarms} of ${runs}`);
});
