/**
 * Our numbers beside those of the real Evidently (PyPI, 0.7.23, with scipy), case by case on random samples. MERGEWAY_TEST_EVIDENTLY names
 * a Python that has it; `.ci/run` installs it. Where MERGEWAY_TEST_NANNYML names one with NannyML (0.13.1, two gigabytes), it is asked too.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { before, test } from 'node:test';
import { seededRandom } from '#core/chance.ts';
import { evidentlyChoice } from '#core/drift/evidently/choice.ts';
import { type DriftMeasureName, driftMeasures } from '#core/drift/index.ts';
import type { CountPair, DriftMeasure, RowPair } from '#core/drift/measure.ts';
import type { Random } from '#core/ports/random.ts';
import { pairFrom } from '#test/support/samples.ts';

const SCRIPT = 'test/core/drift/libraries.py';

type Value = number | string;

interface Sides {
  readonly reference: readonly Value[];
  readonly current: readonly Value[];
}

interface Case extends Sides {
  readonly what: string;
  readonly library: 'evidently' | 'nannyml';
  readonly method: string;
  readonly kind: 'num' | 'cat';
  readonly whole: boolean;
}

/** Two tails are equal when they agree to a billionth, or when both are nothing. */
const RELATIVE = 1e-9;
const ABSOLUTE = 1e-12;

/** Cramér-von Mises: 1 minus a series that ends at a term of 1e-7. */
const LOOSE: Readonly<Record<string, number>> = { cramer_von_mises: 1e-11 };

const NUMERIC = [
  'psi',
  'kl_div',
  'jensenshannon',
  'hellinger',
  'wasserstein',
  'ed',
  'ks',
  't_test',
  'mannw',
  'anderson',
  'cramer_von_mises',
  'es',
] as const satisfies readonly DriftMeasureName[];

const CATEGORICAL = [
  'psi',
  'kl_div',
  'jensenshannon',
  'hellinger',
  'chisquare',
  'z',
  'g_test',
  'fisher_exact',
] as const satisfies readonly DriftMeasureName[];

const NANNYML_METHODS = [
  ['nannyml.jensenshannon', 'jensen_shannon', 'num'],
  ['nannyml.hellinger', 'hellinger', 'num'],
  ['nannyml.kolmogorov_smirnov', 'kolmogorov_smirnov', 'num'],
  ['nannyml.wasserstein', 'wasserstein', 'num'],
  ['nannyml.jensenshannon', 'jensen_shannon', 'cat'],
  ['nannyml.hellinger', 'hellinger', 'cat'],
  ['nannyml.l_infinity', 'l_infinity', 'cat'],
  ['nannyml.chi2', 'chi2', 'cat'],
] as const;

const NANNYML = process.env.MERGEWAY_TEST_NANNYML ? NANNYML_METHODS : [];

interface Group {
  readonly name: string;
  readonly cases: readonly Case[];
  readonly ours: (one: Case) => Value;
}

const GROUPS: readonly Group[] = [
  ...NUMERIC.map((method) => ({
    name: `Evidently's ${method} of numbers`,
    cases: drawn(60, `numbers ${method}`, (index, random) => numericCase(method, index, random)),
    ours: (one: Case) => ofNumbers(driftMeasures[method], one),
  })),
  ...CATEGORICAL.map((method) => ({
    name: `Evidently's ${method} of categories`,
    cases: drawn(40, `categories ${method}`, (index, random) => categoricalCase(method, index, random)),
    ours: (one: Case) => ofCategories(driftMeasures[method], one),
  })),
  {
    name: "Evidently's TVD, permutation by permutation",
    // Whole numbers, whose order is the same in every run of Python.
    cases: drawn(16, 'TVD', (index, random) => numbered(categoricalCase('TVD', index, random))),
    ours: (one) => scoreOf(driftMeasures.TVD, driftMeasures.TVD.rows?.(rowPair(one))),
  },
  {
    name: "Evidently's choice by rows and values",
    cases: choiceCases(),
    ours: ({ kind, reference, current }) =>
      evidentlyChoice({
        rows: reference.length,
        distinct: new Set([...reference, ...current]).size,
        numeric: kind === 'num',
      }),
  },
  ...NANNYML.map(([method, key, kind]) => ({
    name: `NannyML's ${key} of ${kind === 'num' ? 'numbers' : 'categories'}`,
    cases: drawn(21, `${method} ${kind}`, (index, random): Case => {
      const rows = index % 3 === 0 ? 10_000 + index : undefined;
      const one =
        kind === 'num' ? numericCase(key, index, random, rows) : categoricalCase(key, index, random);
      return { ...one, library: 'nannyml' };
    }),
    ours: (one: Case) =>
      kind === 'num' ? ofNumbers(driftMeasures[method], one) : ofCategories(driftMeasures[method], one),
  })),
];

const theirs = new Map<Case, Value | null>();

before(async () => {
  for (const library of ['evidently', 'nannyml'] as const) {
    const cases = GROUPS.flatMap((group) => group.cases).filter((one) => one.library === library);
    if (cases.length === 0) continue;
    const scores = JSON.parse((await python(library, [], JSON.stringify(cases))).replaceAll('NaN', 'null'));
    for (const [index, one] of cases.entries()) theirs.set(one, scores[index]);
  }
});

for (const { name, cases, ours } of GROUPS) {
  test(`${name} is ours`, () => {
    const defined = cases.filter((one) => isScore(theirs.get(one)));

    assert.ok(defined.length >= cases.length / 2, `few numbers: ${theirs.get(cases[0] ?? assert.fail())}`);
    for (const one of cases) assertEqual(one, ours(one), theirs.get(one) ?? null);
  });
}

// numpy's default_rng(7): normal(0, 1) and normal(1, 1) of 100,000 rows each, 1e6 appended; psi by evidently 0.7.21 with scipy 1.17.1.
test('one outlier makes the psi of a shift by a standard deviation small, in ours as in Evidently', async () => {
  const sides: Sides = JSON.parse(await python('evidently', ['outlier'], ''));

  const score = ofNumbers(driftMeasures.psi, { ...sides, whole: false });

  assert.ok(Math.abs(Number(score) - 0.02760801075511426) < 1e-11, `${score}`);
});

function drawn(count: number, seed: string, draw: (index: number, random: Random) => Case): readonly Case[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) => draw(index, random));
}

function choiceCases(): readonly Case[] {
  const random = seededRandom('choice');
  return [200, 1000, 1001, 1500].flatMap((rows) =>
    [1, 2, 3, 5, 6, 40].flatMap((values) =>
      (['num', 'cat'] as const).map((kind): Case => {
        const draw = () => Math.floor(random.next() * values);
        return {
          what: `${kind}, ${rows} rows, ${values} values`,
          library: 'evidently',
          method: 'choice',
          kind,
          whole: false,
          reference: Array.from({ length: rows }, (_, row) => (row < values ? row : draw())),
          current: Array.from({ length: 300 }, draw),
        };
      }),
    ),
  );
}

/** Sizes from 5 to thousands, equal and unequal; continuous, tied, skewed and whole numbers; drifted and not. */
function numericCase(method: string, index: number, random: Random, rows?: number): Case {
  const sizes = [5, 8, 12, 20, 30, 150, 700, 3000] as const;
  const size = () => sizes[Math.floor(random.next() * sizes.length)] ?? 100;
  const shapes = [
    (u: number) => 10 * u,
    (u: number) => Math.floor(8 * u),
    (u: number) => Math.log(1 / (1 - u)),
    (u: number) => Math.floor(60 * u),
    (u: number) => (u < 0.3 ? 0 : u),
  ] as const;
  const shape = shapes[index % shapes.length] ?? shapes[0];
  const shift = [0, 0.1, 0.6][index % 3] ?? 0;
  const whole = shape === shapes[1] || shape === shapes[3];
  const draw = (n: number, by: number) =>
    Array.from({ length: n }, () => shape(random.next()) + (whole ? Math.round(by * 3) : by));
  const [m, n] = [rows ?? size(), size()];
  return {
    what: `${m} and ${n} rows, shape ${index % shapes.length}, shift ${shift}`,
    library: 'evidently',
    method,
    kind: 'num',
    whole,
    reference: draw(m, 0),
    current: draw(n, shift),
  };
}

function categoricalCase(method: string, index: number, random: Random): Case {
  const equal = ['g_test', 'fisher_exact'].includes(method);
  const most = ['z', 'fisher_exact'].includes(method) ? 2 : 2 + (index % 7);
  const sizes = [20, 60, 250, 900] as const;
  const size = () => sizes[Math.floor(random.next() * sizes.length)] ?? 100;
  const m = size();
  const n = equal ? m : size();
  const draw = (length: number, power: number, from: number) =>
    Array.from({ length }, () => `c${from + Math.floor((most - from) * random.next() ** power)}`);
  // Every category of the current rows is in the reference, but in every fifth case the last one is new.
  const known = Array.from({ length: most }, (_, category) => `c${category}`);
  const reference = [...known, ...draw(m - most, 1, 0)];
  const current = draw(n, 1 + (index % 3) / 4, 0);
  const isNew = index % 5 === 4 && !equal && method !== 'z';
  return {
    what: `${m} and ${n} rows of ${most} categories${isNew ? ', one new' : ''}`,
    library: 'evidently',
    method,
    kind: 'cat',
    whole: false,
    reference,
    current: isNew ? current.map((value, row) => (row === 0 ? 'new' : value)) : current,
  };
}

function isScore(score: Value | null | undefined): boolean {
  return typeof score === 'number' || /^[a-z_]+$/.test(String(score));
}

/** Where the library raises or gives NaN, ours says why it gives nothing. */
function assertEqual(one: Case, our: Value, their: Value | null): void {
  const what = `${one.what}: ours ${our}, theirs ${their}`;
  if (!isScore(their)) {
    assert.equal(typeof our, 'string', what);
  } else if (typeof their === 'number') {
    const allowed = Math.max(LOOSE[one.method] ?? ABSOLUTE, RELATIVE * Math.abs(their));
    assert.ok(typeof our === 'number' && Math.abs(our - their) <= allowed, what);
  } else {
    assert.equal(our, their, what);
  }
}

/** `c3` as 3, `new` as 99. */
function numbered(one: Case): Case {
  const number = (value: Value) => (value === 'new' ? 99 : Number(String(value).slice(1)));
  return { ...one, reference: one.reference.map(number), current: one.current.map(number) };
}

async function python(
  library: Case['library'],
  parameters: readonly string[],
  input: string,
): Promise<string> {
  const name = `MERGEWAY_TEST_${library.toUpperCase()}`;
  const executable = process.env[name];
  assert.ok(executable, `${name} must name a Python that has ${library}`);
  const child = spawn(executable, [SCRIPT, ...parameters], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, PYTHONHASHSEED: '0', DO_NOT_TRACK: '1', NML_DISABLE_USAGE_LOGGING: '1' },
  });
  child.stdin.end(input);
  const found = text(child.stdout);
  const code = await new Promise((resolve) => child.once('close', resolve));
  assert.equal(code, 0);
  return found;
}

function ofNumbers(measure: DriftMeasure, { reference, current, whole }: Sides & Pick<Case, 'whole'>): Value {
  const pair = pairFrom(reference.map(Number), current.map(Number), whole);
  return scoreOf(measure, measure.samples?.(pair));
}

function ofCategories(measure: DriftMeasure, sides: Sides): Value {
  const { categories, reference, current } = rowPair(sides);
  const counts = (rows: readonly number[]) =>
    Array.from({ length: categories }, (_, category) => rows.filter((row) => row === category).length);
  const pair: CountPair = { keys: keysOf(sides), reference: counts(reference), current: counts(current) };
  return scoreOf(measure, measure.counts?.(pair));
}

function rowPair(sides: Sides): RowPair {
  const keys = keysOf(sides);
  const places = (rows: readonly Value[]) => rows.map((row) => keys.indexOf(String(row)));
  return {
    categories: keys.length,
    reference: places(sides.reference),
    current: places(sides.current),
  };
}

function keysOf({ reference, current }: Sides): readonly string[] {
  const keys = [...new Set([...reference, ...current].map(String))];
  return keys.sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
}

/** What is compared with the threshold; text when it is not defined. */
function scoreOf(
  measure: DriftMeasure,
  score: ReturnType<NonNullable<DriftMeasure['counts']>> | undefined,
): Value {
  assert.ok(score);
  if ('undefined' in score) return score.undefined;
  return measure.drift.of === 'p-value' ? (score.pValue ?? Number.NaN) : score.statistic;
}
