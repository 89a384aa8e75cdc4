import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '#core/digest.ts';
import type { EvaluationPredicate } from '#core/evidence/evaluation.ts';
import type { SkewEvidence, SkewFeature } from '#core/evidence/skew.ts';
import { judge, overallStatus } from '#core/gates/judge.ts';
import { GATE_NAMES } from '#core/gates/result.ts';
import { skewChecks } from '#core/skew/checks.ts';
import { describe } from '#core/verdict.ts';
import { evaluation, modelConfig } from '#test/support/evaluation.ts';

const GATE = '{skew: {max: 0.001}}';
const OURS = { service: 'v1', digest: digestOf('service'), sources: [] };
const FEATURES = { candidate: OURS, champion: OURS };

function feature(column: string, differing = 0, more: Partial<SkewFeature> = {}): SkewFeature {
  return { column, compared: 10_000, differing, cause: null, ...more };
}

function skew(features: readonly SkewFeature[], rows = 10_000, note?: string): SkewEvidence {
  return {
    service: 'v1',
    digest: digestOf('service'),
    version: 'v0.0.3',
    rows,
    from: null,
    to: null,
    features: features.map((one) => (one.leftOut ? one : { ...one, compared: rows })),
    examples: [],
    ...(note !== undefined && { note }),
  };
}

const LATE = { name: 'late', share: 1, detail: 'served the row of yesterday' } as const;
const leftOut = (because: 'changed' | 'restricted') => ({
  compared: 0,
  leftOut: { because, detail: 'for a reason' },
});

for (const { name, evidence, says } of [
  {
    name: 'values that are all the same pass',
    evidence: { skew: skew([feature('temp'), feature('gust')]) },
    says: [/^passed: 0 % \[0 %, 0\.0369 %\] of the values differ, wanted at most 0\.1000 %$/],
  },
  {
    name: 'a share above the limit fails, with the worst features and why',
    evidence: { skew: skew([feature('temp', 500, { cause: LATE }), feature('gust')]) },
    says: [
      /^failed: 2\.500 % \[2\.203 %, 2\.825 %\] of the values differ.*; worst: temp 5\.000 % \(late: served the row of yesterday\)$/,
      /^failed: 5\.000 % \[.*\] of temp differ, wanted at most 0\.1000 %; late: served the row of yesterday$/,
    ],
  },
  {
    name: 'a broken feature among a hundred fails by itself',
    evidence: {
      skew: skew([feature('temp', 50), ...Array.from({ length: 99 }, (_, index) => feature(`f${index}`))]),
    },
    says: [/^passed: 0\.0050 %/, /^failed: 0\.5000 % \[0\.\d+ %, .*\] of temp differ/],
  },
  {
    name: 'a few rows could not tell, and how many would',
    evidence: { skew: skew([feature('temp')], 500) },
    says: [
      /^could not tell: 0 % \[0 %, 0\.7351 %\].*; the interval holds the limit; about 3,\d00 logged rows instead of 500/,
    ],
  },
  {
    name: 'no evidence of a comparison could not tell',
    evidence: {},
    says: [
      /^could not tell: the evaluation was given no prediction log; an evaluation with --prediction-log/,
    ],
  },
  {
    name: 'a log without rows could not tell',
    evidence: { skew: skew([], 0, 'the prediction log has no rows of this model') },
    says: [/^could not tell: the prediction log has no rows of this model; rows of the prediction log/],
  },
  {
    name: 'a first version has nothing served',
    evidence: { champion: null },
    says: [/^skipped \(no champion yet\): first version: there is no champion$/],
  },
  {
    name: 'features that are all new have not been served yet',
    evidence: { skew: skew([feature('temp', 0, leftOut('changed'))], 0, 'nothing') },
    says: [/^skipped \(not served yet\): none of its features has been served yet as this candidate makes/],
  },
  {
    name: 'features that can never be compared could not tell',
    evidence: {
      skew: skew([feature('temp', 0, leftOut('changed')), feature('pay', 0, leftOut('restricted'))], 0),
    },
    says: [/^could not tell: no feature could be compared/],
  },
  {
    name: 'what was not compared is named, whatever the verdict',
    evidence: { skew: skew([feature('temp'), feature('gust', 0, leftOut('changed'))]) },
    says: [/^passed: .*; not compared: gust \(changed\)$/],
  },
  {
    name: 'a model without features has nothing to compare',
    evidence: { features: { candidate: null, champion: null } },
    says: [/^skipped: the model has no features$/],
  },
] satisfies readonly {
  name: string;
  evidence: Partial<EvaluationPredicate>;
  says: readonly RegExp[];
}[]) {
  test(name, () => {
    const results = judge(evaluation({ features: FEATURES, ...evidence }), modelConfig(GATE));

    assert.equal(results.length, says.length);
    for (const [index, { gate, verdict }] of results.entries()) {
      assert.equal(gate, 'skew');
      assert.match(describe(verdict), says[index] ?? /^$/);
    }
  });
}

test('a feature that fails by itself fails the gate', () => {
  const broken = skew([
    feature('temp', 50),
    ...Array.from({ length: 99 }, (_, index) => feature(`f${index}`)),
  ]);

  const results = judge(evaluation({ features: FEATURES, skew: broken }), modelConfig(GATE));

  assert.equal(overallStatus(results), 'fail');
});

test('without the gate nothing is judged, and the gate has a check of its own', () => {
  assert.deepEqual(judge(evaluation({ features: FEATURES }), modelConfig('{}')), []);
  assert.ok(GATE_NAMES.includes('skew'));
});

test('a monitor has a check over all and one per column, with what was not compared', () => {
  const found = skew([
    feature('gust'),
    feature('temp', 500, { cause: LATE }),
    feature('pay', 0, leftOut('restricted')),
  ]);

  const checks = skewChecks(found, { max: 0.001, alarm: true });

  assert.deepEqual(
    checks.map(({ subject, verdict, statistic, alarm }) => [subject, verdict, statistic, alarm]),
    [
      ['v1', 'fail', 0.025, true],
      ['temp', 'fail', 0.05, true],
      ['gust', 'pass', 0, true],
      ['pay', 'skipped', null, true],
    ],
  );
  assert.match(checks[1]?.reason ?? '', /late: served the row of yesterday/);
});

test('a monitor of a window without rows could not tell', () => {
  const [check, ...others] = skewChecks(skew([], 0, 'no row of v1.0.0'), { max: 0.001, alarm: false });

  assert.deepEqual([check?.verdict, check?.reason, others.length], ['inconclusive', 'no row of v1.0.0', 0]);
});

test('a monitor says how many rows would settle what could not be told, and what else is to be known', () => {
  const checks = skewChecks(skew([feature('temp', 1)], 1000), {
    max: 0.001,
    alarm: true,
    aside: '; compared until noon',
  });

  assert.deepEqual(
    checks.map(({ verdict }) => verdict),
    ['inconclusive', 'inconclusive'],
  );
  assert.match(checks[0]?.reason ?? '', /of the values differ, .* would settle it; compared until noon$/);
  assert.match(checks[1]?.reason ?? '', /of temp differ, .* would settle it$/);
});
