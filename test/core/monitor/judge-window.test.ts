/** A window against its profile: what alarms, what is only shown, and what can not be told. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Monitor } from '#core/config/monitor.ts';
import type { MonitorCheck } from '#core/evidence/monitor.ts';
import type { ProfilePredicate } from '#core/evidence/profile.ts';
import { budgetOf, MONTH_MS } from '#core/monitor/budget.ts';
import { judgeWindow, windowVerdict } from '#core/monitor/judge-window.ts';
import type { CategoryCounts, Counted, NumberCounts, WindowSummary } from '#core/monitor/summary.ts';
import { windowsOver } from '#core/monitor/windows.ts';
import { flatNumbers, profile } from '#test/support/profile.ts';

const DAILY = MONTH_MS / 86_400_000;

/** 2,000 rows as the reference has them: 20 in each of its bins, 800, 600, 400 and 200 of its categories. */
function numbers(changes: Partial<NumberCounts> = {}): NumberCounts {
  const counts = flatNumbers().counts.map((count) => count / 10);
  return { kind: 'number', rows: 2000, missing: 0, counts, beneath: 0, beyond: 0, ...changes };
}

function categories(changes: Partial<CategoryCounts> = {}): CategoryCounts {
  const counts = [800, 600, 400, 200];
  return { kind: 'category', rows: 2000, missing: 0, counts, others: 0, otherValues: [], ...changes };
}

function summary(
  changes: Partial<WindowSummary> & { amount?: Counted; purpose?: Counted } = {},
): WindowSummary {
  const { amount = numbers(), purpose = categories(), ...rest } = changes;
  return {
    rows: 2000,
    labelled: 1800,
    missing: 0,
    silenceMs: null,
    columns: new Map([
      ['amount', amount],
      ['purpose', purpose],
    ]),
    predictions: numbers(),
    performance: [],
    ...rest,
  };
}

function judged(
  window: WindowSummary,
  policy: object = { drift: {} },
  reference: ProfilePredicate = profile(),
): readonly MonitorCheck[] {
  return judgeWindow({ profile: reference, window, policy: Monitor.parse(policy), windowsPerMonth: DAILY });
}

function failed(checks: readonly MonitorCheck[]): readonly string[] {
  return checks
    .filter(({ verdict }) => verdict === 'fail')
    .map(({ subject, measure }) => `${subject} ${measure}`);
}

/** The rows of the lower half moved by ten bins. */
function moved(): NumberCounts {
  const counts = numbers().counts.map((count, bin) => (bin < 20 ? 0 : bin < 40 ? 2 * count : count));
  return numbers({ counts });
}

test('a window like its reference passes every check', () => {
  const checks = judged(summary());

  assert.equal(windowVerdict(checks), 'pass');
  assert.deepEqual(
    checks.map(({ subject, measure }) => `${subject} ${measure}`),
    [
      'predictions rows',
      'predictions lost',
      ...['psi_deciles', 'ks', 'range', 'null_share'].map((measure) => `amount ${measure}`),
      ...['psi_categories', 'unseen', 'null_share'].map((measure) => `purpose ${measure}`),
      ...['psi_deciles', 'ks', 'range', 'null_share'].map((measure) => `prediction ${measure}`),
    ],
  );
});

for (const { what, window, expected } of [
  {
    what: 'values that moved',
    window: summary({ amount: moved() }),
    expected: ['amount psi_deciles', 'amount ks'],
  },
  {
    what: 'scores that moved',
    window: summary({ predictions: moved() }),
    expected: ['prediction psi_deciles', 'prediction ks'],
  },
  {
    what: '5 % missing values where there were none',
    window: summary({ amount: numbers({ rows: 2100, missing: 100 }) }),
    expected: ['amount null_share'],
  },
  {
    what: '9 rows beyond the largest of 20,000',
    window: summary({ amount: numbers({ beyond: 9 }) }),
    expected: ['amount range'],
  },
  {
    what: 'a single row beyond it, which happens',
    window: summary({ amount: numbers({ beyond: 1 }) }),
    expected: [],
  },
  {
    what: 'a new category in 2 %',
    window: summary({
      purpose: categories({
        counts: [784, 588, 392, 196],
        others: 40,
        otherValues: [{ value: 'boat', rows: 40 }],
      }),
    }),
    expected: ['purpose psi_categories', 'purpose unseen'],
  },
  {
    what: 'forty new categories with a row each',
    window: summary({
      purpose: categories({
        counts: [784, 588, 392, 196],
        others: 40,
        otherValues: Array.from({ length: 20 }, (_, index) => ({ value: `new ${index}`, rows: 1 })),
      }),
    }),
    expected: ['purpose psi_categories'],
  },
  {
    what: 'categories in other shares',
    window: summary({ purpose: categories({ counts: [600, 800, 400, 200] }) }),
    expected: ['purpose psi_categories'],
  },
]) {
  test(`${what}: ${expected.join(', ') || 'no alarm'}`, () => {
    const checks = judged(window);

    assert.deepEqual(failed(checks), expected);
    assert.equal(windowVerdict(checks), expected.length > 0 ? 'fail' : 'pass');
  });
}

test('a new category is named, with the chance of it', () => {
  const others = { others: 40, otherValues: [{ value: 'boat', rows: 40 }] };
  const checks = judged(summary({ purpose: categories({ counts: [784, 588, 392, 196], ...others }) }));

  const unseen = checks.find(({ measure }) => measure === 'unseen');
  assert.match(unseen?.reason ?? '', /40 of 2000 rows have values that the reference lacks: "boat" \(40\)/);
  assert.equal(unseen?.statistic, 0.02);
});

// 0.1 a month over 30.44 days and two looks each, 11 tests: 4 numbers twice, 3 of the categories.
test('the month of false alarms is shared out over windows, looks and tests', () => {
  const { drift } = budgetOf(Monitor.parse({ drift: {} }), profile(), DAILY);

  assert.ok(Math.abs(drift - 0.1 / DAILY / 2 / 11) < 1e-15);
});

test('drift and performance share the month in equal parts, and what never alarms takes nothing', () => {
  const performance = [
    { metric: 'log_loss', ratio: 1.3 },
    { metric: 'roc_auc', min: 0.7 },
  ];
  const both = budgetOf(Monitor.parse({ drift: {}, performance, lookback: 0 }), profile(), 10);
  const shown = budgetOf(Monitor.parse({ drift: { alarm: false }, performance, lookback: 0 }), profile(), 10);

  assert.ok(Math.abs(both.performance - 0.01 / 2 / 2) < 1e-15);
  assert.ok(Math.abs(both.drift - 0.01 / 2 / 2 / 11) < 1e-15);
  assert.ok(Math.abs(shown.performance - 0.01 / 2) < 1e-15);
});

test('limits of drift are the same before and after labels are due, and leave room for the looks at both times', () => {
  const policy = { drift: {}, performance: [{ metric: 'log_loss', ratio: 1.3 }] };
  const limits = (labelsDue: boolean) => {
    const checks = judgeWindow({
      profile: profile(),
      window: summary(),
      policy: Monitor.parse(policy),
      windowsPerMonth: DAILY,
      labelsDue,
    });
    return {
      gap: checks.find(({ measure }) => measure === 'ks')?.threshold,
      performance: checks.filter(({ kind }) => kind === 'performance').length,
    };
  };

  assert.equal(limits(false).gap, limits(true).gap);
  assert.deepEqual([limits(false).performance, limits(true).performance], [0, 1]);
});

test('a profile of skipped columns alone is inconclusive, never a pass', () => {
  const skipped = { kind: 'skipped', reason: 'restricted by the contract' } as const;
  const checks = judged(
    summary(),
    { drift: {} },
    profile({ columns: [{ column: 'amount', profile: skipped }], predictions: null }),
  );

  assert.equal(windowVerdict(checks), 'inconclusive');
});

test('a window of a year is allowed what a month is, no more', () => {
  const budget = (perMonth: number) => budgetOf(Monitor.parse({ drift: {} }), profile(), perMonth).drift;

  assert.equal(budget(1 / 12), budget(1));
});

test('drift that must not alarm is shown, and decides nothing', () => {
  const checks = judged(summary({ amount: moved() }), { drift: { alarm: false } });

  assert.deepEqual(failed(checks), ['amount psi_deciles', 'amount ks']);
  assert.equal(windowVerdict(checks), 'pass');
});

test('a fixed limit for PSI has to be passed as well, and KS is shown only', () => {
  const small = judged(summary({ amount: moved() }), { drift: { psi: 5 } });
  const large = judged(summary({ amount: moved() }), { drift: { psi: 0.25 } });

  assert.deepEqual(failed(small), []);
  assert.deepEqual(failed(large), ['amount psi_deciles']);
  assert.equal(large.find(({ measure }) => measure === 'ks')?.verdict, 'skipped');
});

// Of 200 rows 24 in each of five deciles and 16 in the others: PSI = 5 · (0.02 ln 1.2 + 0.02 ln 1.25) = 0.0405.
test('a fixed limit that chance alone reaches at this size is inconclusive', () => {
  const counts = numbers().counts.map((_, bin) => (bin % 10 === 0 ? (bin < 50 ? 24 : 16) : 0));
  const checks = judged(summary({ amount: numbers({ rows: 200, counts }) }), { drift: { psi: 0.03 } });

  const psi = checks.find(({ measure, subject }) => measure === 'psi_deciles' && subject === 'amount');
  assert.equal(psi?.verdict, 'inconclusive', psi?.reason);
  assert.ok(Math.abs((psi?.statistic ?? 0) - 0.0405) < 1e-4);
});

for (const { what, window, reference, says } of [
  {
    what: 'a window of few rows',
    window: summary({ rows: 150, amount: { ...numbers(), rows: 150, missing: 0 } }),
    reference: profile(),
    says: /150 rows in the window, 200 would settle it/,
  },
  {
    what: 'a column that is nearly empty now',
    window: summary({ amount: numbers({ missing: 1900, counts: flatNumbers().counts.map(() => 1) }) }),
    reference: profile(),
    says: /100 rows in the window, 200 would settle it/,
  },
  {
    what: 'a small reference',
    window: summary(),
    reference: profile({
      columns: [
        { column: 'amount', profile: flatNumbers({ rows: 100, counts: flatNumbers().counts.map(() => 1) }) },
      ],
    }),
    says: /100 rows in the reference, 200 would settle it/,
  },
  {
    what: 'a column that is gone',
    window: summary({ columns: new Map() }),
    reference: profile(),
    says: /the window has no such column/,
  },
  {
    what: 'numbers that are text now',
    window: summary({
      amount: { kind: 'none', reason: 'it is VARCHAR now, and was numbers in the reference' },
    }),
    reference: profile(),
    says: /it is VARCHAR now/,
  },
]) {
  test(`${what} is inconclusive, never a pass`, () => {
    const checks = judged(window, { drift: {} }, reference);

    const own = checks.filter(({ subject, measure }) => subject === 'amount' && measure !== 'null_share');
    assert.ok(own.length > 0 && own.every(({ verdict }) => verdict === 'inconclusive'), JSON.stringify(own));
    assert.match(own[0]?.reason ?? '', says);
    assert.notEqual(windowVerdict(checks), 'pass');
  });
}

test('silence longer than the policy allows is an alarm; without times it can not be told', () => {
  const policy = { silence: '1h', 'min-rows': 1 };
  const verdict = (silenceMs: number | null) =>
    judged(summary({ silenceMs }), policy).find(({ measure }) => measure === 'silence')?.verdict;

  assert.deepEqual([verdict(3_600_000), verdict(3_599_999), verdict(null)], ['fail', 'pass', 'inconclusive']);
});

test('lost rows are shown, and never an alarm of their own', () => {
  const checks = judged(summary({ missing: 20 }));

  const lost = checks.find(({ measure }) => measure === 'lost');
  assert.equal(lost?.verdict, 'inconclusive');
  assert.match(lost?.reason ?? '', /at most 20 predictions lost \(0\.99 %\)/);
  assert.equal(windowVerdict(checks), 'pass');
});

// ln(0.52/0.4) = 0.2624; the interval's half-width √(0.0392² + 0.0198²) is about 0.0435: 1.245 to 1.358.
for (const { what, value, limit, expected } of [
  { what: '1.3 × its holdout, wholly below 1.4 ×', value: 0.52, limit: 1.4, expected: 'pass' },
  { what: '1.3 × its holdout, about 1.3 ×', value: 0.52, limit: 1.3, expected: 'inconclusive' },
  { what: '1.3 × its holdout, wholly beyond 1.2 ×', value: 0.52, limit: 1.2, expected: 'fail' },
]) {
  test(`log loss of ${what}: ${expected}`, () => {
    const performance = [{ metric: 'log_loss', rows: 1800, value, error: 0.02 * value } as const];
    const checks = judged(summary({ performance }), { performance: [{ metric: 'log_loss', ratio: limit }] });

    const [check] = checks.filter(({ kind }) => kind === 'performance');
    assert.equal(check?.verdict, expected);
    assert.equal(check?.measure, 'ratio');
    assert.ok(Math.abs((check?.statistic ?? 0) - 1.3) < 1e-12);
    assert.ok(Math.abs((check?.low ?? 0) - 1.2446) < 5e-4, String(check?.low));
    assert.equal(check?.reference, 0.4);
  });
}

for (const { what, monitor, measured, expected } of [
  {
    what: 'ROC AUC .70 ± .01 with a floor of .75',
    monitor: { metric: 'roc_auc', min: 0.75 },
    measured: { value: 0.7, error: 0.01 },
    expected: 'fail',
  },
  {
    what: 'the same at .73',
    monitor: { metric: 'roc_auc', min: 0.75 },
    measured: { value: 0.735, error: 0.01 },
    expected: 'inconclusive',
  },
  {
    what: 'ROC AUC at 90 % of its holdout where 95 % is wanted',
    monitor: { metric: 'roc_auc', ratio: 0.95 },
    measured: { value: 0.72, error: 0.005 },
    expected: 'fail',
  },
  {
    what: 'an interval beyond the limit that the month of false alarms does not allow',
    monitor: { metric: 'log_loss', ratio: 1.01 },
    measured: { value: 0.428, error: 0.0115 },
    expected: 'inconclusive',
  },
  {
    what: 'a metric without a limit',
    monitor: { metric: 'log_loss' },
    measured: { value: 0.9, error: 0.01 },
    expected: 'skipped',
  },
  {
    what: 'too few labels',
    monitor: { metric: 'log_loss', ratio: 1.3 },
    measured: { value: 0.9, error: 0.01, rows: 199 },
    expected: 'inconclusive',
  },
  {
    what: 'a metric that is undefined on these rows',
    monitor: { metric: 'roc_auc', min: 0.7 },
    measured: { value: null, error: null, reason: 'no row is positive' },
    expected: 'inconclusive',
  },
  {
    what: 'a metric that the profile has no interval of',
    monitor: { metric: 'brier_score', ratio: 1.3 },
    measured: { value: 0.2, error: 0.01 },
    expected: 'inconclusive',
  },
]) {
  test(`${what}: ${expected}`, () => {
    const { metric } = Monitor.parse({ performance: [monitor] }).performance[0] ?? {};
    assert.ok(metric);
    const performance = [{ metric, rows: 1800, ...measured }];

    const [check] = judged(summary({ performance }), { performance: [monitor] }).filter(
      ({ kind }) => kind === 'performance',
    );

    assert.equal(check?.verdict, expected, check?.reason);
  });
}

test('a ratio on the wrong side is refused: it would alarm always, or never', () => {
  assert.throws(() => Monitor.parse({ performance: [{ metric: 'roc_auc', ratio: 1.2 }] }), /at most 1/);
  assert.throws(() => Monitor.parse({ performance: [{ metric: 'log_loss', ratio: 0.9 }] }), /at least 1/);
});

test('windows of a length begin where everybody counts them from', () => {
  const at = (text: string) => Date.parse(text);
  const windows = windowsOver(
    { from: at('2013-06-01T05:00:00Z'), to: at('2013-06-02T00:00:01Z') },
    86_400_000,
  );

  assert.deepEqual(
    windows.map(({ from, to }) => [new Date(from).toISOString(), new Date(to).toISOString()]),
    [
      ['2013-06-01T00:00:00.000Z', '2013-06-02T00:00:00.000Z'],
      ['2013-06-02T00:00:00.000Z', '2013-06-03T00:00:00.000Z'],
    ],
  );
  assert.throws(() => windowsOver({ from: 0, to: 1e12 }, 1000), { code: 'MW_USAGE' });
});
