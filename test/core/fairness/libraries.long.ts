/**
 * Our fairness metrics beside those of the real Fairlearn (0.15), Aequitas (1.1) and scikit-learn (1.7), on random data with weights, ties,
 * and groups that are small, of one class, or empty in a region. MERGEWAY_TEST_SKLEARN_PYTHON names a Python that has them; `.ci/run`
 * installs it. Where we say undefined they have a number: each of these disagreements is asserted, and stands in docs/gates.md.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { before, test } from 'node:test';
import { pick, seededRandom } from '#core/chance.ts';
import { confusionByGroup } from '#core/evaluation/confusion.ts';
import { groupRows } from '#core/evaluation/groups.ts';
import type { Confusion } from '#core/evidence/groups.ts';
import { type DisparityName, disparities, disparityNames } from '#core/fairness/disparities.ts';
import { fairnessMetricNames, fairnessMetrics } from '#core/fairness/index.ts';
import { type FairnessMetric, measureFairness, type NamedGroup } from '#core/fairness/metric.ts';
import { type Rate, rateOf, rates, rowsOf, together } from '#core/fairness/rates.ts';
import { referenceGroups } from '#core/fairness/reference.ts';
import { measureOf } from '#core/metrics/index.ts';
import { isDefined } from '#core/metrics/metric.ts';
import { type BinaryPredictions, type Predictions, select, weightsOf } from '#core/metrics/predictions.ts';
import type { Random } from '#core/ports/random.ts';

interface Case {
  readonly labels: readonly number[];
  readonly predicted: readonly number[];
  readonly scores: readonly number[];
  readonly weights: readonly number[] | null;
  readonly groups: readonly string[];
  readonly regions: readonly string[];
  readonly reference: string;
}

type Values = Readonly<Record<string, number | string | null>>;

interface Answer {
  readonly fairlearn: Values;
  readonly controlled: Values;
  readonly by_group: Values;
  readonly aequitas: Values | null;
}

const CASES = 50;
const CLOSE = 1e-9;
/** What Aequitas puts for x/0. */
const CAPPED = 10;

const cases = Array.from({ length: CASES }, (_, index) =>
  drawCase(index, seededRandom(`libraries ${index}`)),
);
let answers: readonly Answer[] = [];

before(async () => {
  answers = JSON.parse(await python(JSON.stringify(cases)));
});

for (const name of fairnessMetricNames) {
  for (const [method, to] of [
    ['between_groups', 'groups'],
    ['to_overall', 'overall'],
  ] as const) {
    for (const agg of name.startsWith('equalized_odds') ? (['worst_case', 'mean'] as const) : [undefined]) {
      test(`Fairlearn's ${name} ${method}${agg ? `, ${agg}` : ''} is ours, but for 0/0`, () => {
        const metric: FairnessMetric = { ...fairnessMetrics[name], to, ...(agg && { agg }) };
        let defined = 0;
        for (const [index, one] of cases.entries()) {
          const groups = groupsOf(one);
          const theirs = answers[index]?.fairlearn[`${name} ${method} ${agg ?? 'None'}`];
          const ours = measureFairness(metric, groups);
          assertFairlearn(restated(metric, groups), theirs, `${name} of case ${index}`);
          if (isDefined(ours)) assertClose(ours, theirs, `${name} of case ${index}`);
          else assert.ok(isUndefined(metric, groups), `case ${index}: ${ours.reason}`);
          defined += Number(isDefined(ours));
        }
        assert.ok(defined > CASES / 3, `${defined} cases are defined`);
      });
    }
  }
}

for (const name of ['demographic_parity', 'equal_opportunity'] as const) {
  test(`Fairlearn's MetricFrame with control features gives our ${name} within each region`, () => {
    for (const kind of ['difference', 'ratio'] as const) {
      for (const [method, to] of [
        ['between_groups', 'groups'],
        ['to_overall', 'overall'],
      ] as const) {
        let defined = 0;
        for (const [index, one] of cases.entries()) {
          const metric = { ...fairnessMetrics[`${name}_${kind}`], to };
          const ours = measureFairness(metric, regionsOf(one));
          if (!isDefined(ours)) continue;
          defined++;
          assertClose(
            ours,
            answers[index]?.controlled[`${name}_${kind} ${method}`],
            `${kind} ${to} of case ${index}`,
          );
        }
        assert.ok(defined > CASES / 4, `${defined} cases are defined`);
      }
    }
  });
}

for (const name of [
  'roc_auc',
  'average_precision',
  'brier_score',
  'accuracy',
  'root_mean_squared_error',
  'mean_absolute_error',
] as const) {
  test(`scikit-learn's ${name} of each group is ours, but where a group has one class`, () => {
    for (const [index, one] of cases.entries()) {
      for (const group of new Set(one.groups)) {
        const rows = one.groups.flatMap((each, row) => (each === group ? [row] : []));
        const own = select(name.endsWith('error') ? regression(one) : binary(one), rows);
        const ours = measureOf(name, own)?.(weightsOf(own));
        const theirs = answers[index]?.by_group[`${name} ${group}`];
        if (ours !== undefined && isDefined(ours))
          assertClose(ours, theirs, `${name} of ${group}, case ${index}`);
        else assert.ok(new Set(rows.map((row) => one.labels[row])).size < 2, `case ${index}: ${group}`);
      }
    }
  });
}

for (const name of disparityNames) {
  test(`Aequitas' ${name} is ours, but for 0/0 and its cap of 10`, () => {
    const short = name.replace('_disparity', '');
    const [rate] = disparities[name].rates;
    for (const [index, one] of cases.entries()) {
      const theirs = answers[index]?.aequitas;
      if (!theirs || !rate) continue;
      const groups = groupsOf(one);
      const all = together(groups.map(({ counts }) => counts));
      for (const group of groups) {
        const ours = rateOf(rate, group.counts, all);
        assertClose(
          isDefined(ours) ? ours : null,
          theirs[`${short} ${group.name}`],
          `${short}, case ${index}`,
        );
      }
      for (const reference of ['majority', 'named', 'min-metric'] as const) {
        assertDisparity(name, one, { theirs, reference, what: `${name} to ${reference}, case ${index}` });
      }
    }
  });
}

function assertDisparity(
  name: DisparityName,
  one: Case,
  { theirs, reference, what }: { readonly theirs: Values; readonly reference: string; readonly what: string },
): void {
  const short = name.replace('_disparity', '');
  const groups = groupsOf(one);
  const places = groups.map(({ name: group, counts }) => ({
    values: [group],
    level: '',
    rows: rowsOf(counts),
  }));
  const chosen = referenceGroups(places, reference === 'named' ? [one.reference] : 'majority');
  const metric: FairnessMetric = {
    ...disparities[name],
    to: reference === 'min-metric' ? 'groups' : 'reference',
  };
  const marked = groups.map((group, index) => ({ ...group, reference: chosen.has(index) }));
  const ours = measureFairness(metric, marked);

  const others = marked.filter((group) => reference === 'min-metric' || !group.reference);
  const values = others.map((group) => theirs[`${short} ${reference} ${group.name}`]);
  // The lowest group beside itself is 0/0 where it is 0, and of no interest.
  const known = values.filter((value) => value !== null || reference !== 'min-metric');
  if (!isDefined(ours)) {
    assert.ok(values.includes(null) || groups.length < 2, `${what}: ${ours.reason}`);
    return;
  }
  const furthest = Math.min(
    ...known.map((value) => {
      assert.equal(typeof value, 'number', what);
      return ours === 0 && value === CAPPED ? 0 : Math.min(Number(value), 1 / Number(value));
    }),
  );
  assert.ok(Math.abs(ours - furthest) < CLOSE, `${what}: ${ours}, theirs ${furthest}`);
}

/** Fairlearn's value by its own rules: 0/0 is 0 in a rate, and no ratio. */
function restated({ kind, rates: names, to, agg }: FairnessMetric, groups: readonly NamedGroup[]): number {
  const all = together(groups.map(({ counts }) => counts));
  const gaps = names.map((name) => {
    const values = groups.map(({ counts }) => share(rates[name], counts));
    const overall = share(rates[name], all);
    if (kind === 'difference') {
      if (to === 'overall') return Math.max(...values.map((value) => Math.abs(value - overall)));
      return Math.max(...values) - Math.min(...values);
    }
    if (to === 'groups') return Math.min(...values) / Math.max(...values);
    return Math.min(...values.map((value) => Math.min(value / overall, overall / value)));
  });
  if (agg === 'mean') return gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return kind === 'difference' ? Math.max(...gaps) : Math.min(...gaps);
}

function share({ selected, of }: Rate, counts: Confusion): number {
  const sum = (cells: Rate['of']) => cells.reduce((total, cell) => total + counts[cell], 0);
  return sum(of) > 0 ? sum(selected) / sum(of) : 0;
}

/** Whether something is 0/0, or there is nothing to compare. */
function isUndefined({ kind, rates: names }: FairnessMetric, groups: readonly NamedGroup[]): boolean {
  if (groups.length < 2) return true;
  return names.some((name) => {
    const values = groups.map(({ counts }) => rateOf(name, counts));
    return (
      values.some((value) => !isDefined(value)) || (kind === 'ratio' && values.every((value) => value === 0))
    );
  });
}

/** A ratio that the rules leave without a value is null, or what pandas makes of it: of the other rate alone. */
function assertFairlearn(ours: number, theirs: Values[string] | undefined, what: string): void {
  if (Number.isFinite(ours)) assertClose(ours, theirs, what);
}

function assertClose(ours: number | null, theirs: Values[string] | undefined, what: string): void {
  if (ours === null) assert.equal(theirs, null, what);
  else assert.ok(Math.abs(ours - Number(theirs ?? Number.NaN)) < CLOSE, `${what}: ${ours}, theirs ${theirs}`);
}

function groupsOf(one: Case): readonly NamedGroup[] {
  return namedBy(one, ['g']).map(({ name, counts }) => ({ name, counts }));
}

function regionsOf(one: Case): readonly NamedGroup[] {
  return namedBy(one, ['g', 'region']);
}

function namedBy(one: Case, by: readonly string[]): readonly (NamedGroup & { readonly level: string })[] {
  const grouping = groupRows(by, { g: one.groups, region: one.regions }, one.labels.length);
  return confusionByGroup(binary(one), grouping).map((counts, index) => {
    const [name = '', level = ''] = grouping.groups[index] ?? [];
    return { name, level, counts };
  });
}

function binary({ labels, scores, weights }: Case): BinaryPredictions {
  return {
    task: 'binary-classification',
    labels: Uint8Array.from(labels),
    scores: Float64Array.from(scores),
    threshold: 0.5,
    ...(weights && { weights: Float64Array.from(weights) }),
  };
}

function regression({ labels, scores, weights }: Case): Predictions {
  return {
    task: 'regression',
    labels: Float64Array.from(labels),
    scores: Float64Array.from(scores),
    ...(weights && { weights: Float64Array.from(weights) }),
  };
}

/** From a handful of rows to hundreds, one to five groups of unequal size, scores with ties, whole and broken weights. */
function drawCase(index: number, random: Random): Case {
  const rows = [6, 12, 30, 60, 150, 400][index % 6] ?? 60;
  const names = ['a', 'b', 'c', 'd', 'e'].slice(0, index % 25 === 24 ? 1 : 2 + (index % 4));
  const groups = Array.from(
    { length: rows },
    () => names[Math.floor(names.length * random.next() ** 1.5)] ?? 'a',
  );
  const steps = [4, 10, 1000][index % 3] ?? 10;
  const oneClass = index % 5 === 4 ? pick(random, names.length) : -1;
  const labels = groups.map((group) =>
    group === names[oneClass] ? 0 : Number(random.next() < (index % 2 === 0 ? 0.4 : 0.15)),
  );
  const scores = labels.map((label) => Math.floor(steps * (0.35 * label + 0.65 * random.next())) / steps);
  const weight = () => (index % 2 === 0 ? 1 + pick(random, 4) : -Math.log(1 - random.next()));
  return {
    labels,
    scores,
    predicted: scores.map((score) => Number(score >= 0.5)),
    weights: index % 3 === 2 ? labels.map(weight) : null,
    groups,
    regions: groups.map(() => (random.next() < 0.6 ? 'north' : 'south')),
    reference: groups[0] ?? 'a',
  };
}

async function python(input: string): Promise<string> {
  const interpreter = process.env.MERGEWAY_TEST_SKLEARN_PYTHON;
  assert.ok(
    interpreter,
    'MERGEWAY_TEST_SKLEARN_PYTHON is not set: it names a Python that has fairlearn and aequitas',
  );
  const child = spawn(interpreter, ['test/core/fairness/libraries.py'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(input);
  return text(child.stdout);
}
