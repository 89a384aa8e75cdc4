/** The benchmark gate's truth: how often intervals hold it, how often a candidate that is too bad passes, and how often one is found out. */

import { quantile } from '#core/statistics/quantile.ts';
import { type BenchRow, benchRow } from '../benchmark.ts';
import { mostAlarms } from '../monitor-truth/binomial-limit.ts';
import { classes, distanceFor, numbers, type Population } from './contests.ts';
import { type Coverage, type Covered, countCoverage } from './coverage.ts';
import { countAtNamedSize, countVerdicts, type Verdicts } from './verdicts.ts';

const RUNS = 2000;

const AIM = { least: 0.93, most: 0.97 } as const;

/** A pass of a candidate that is worse than the margin. */
const FALSE_PASS = 0.05;

const POWER = 0.8;

const MARGIN = 0.02;
const CHAMPION_AREA = 0.8;

/** Margins that the candidate of `worseBy(MARGIN)` is just beyond: exact for ROC AUC, else from 4 million rows. */
const TOO_BAD = [
  ['roc_auc', MARGIN],
  ['accuracy', 0.0165],
  ['log_loss', 0.018],
] as const;

const COVERED: readonly Covered[] = [
  {
    population: classes({ name: '30 % positives, AUC .80', share: 0.3, candidate: 1.2, champion: 1 }),
    rows: 200,
    only: [
      'roc_auc',
      'average_precision',
      'accuracy',
      'balanced_accuracy',
      'precision',
      'recall',
      'f1',
      'log_loss',
      'brier_score',
    ],
  },
  ...[200, 400].map(
    (rows): Covered => ({
      population: classes({ name: '10 % positives, AUC .94', share: 0.1, candidate: 2.2, champion: 2 }),
      rows,
      only: ['roc_auc', 'average_precision', 'recall'],
    }),
  ),
  {
    population: numbers,
    rows: 200,
    only: ['mean_absolute_error', 'root_mean_squared_error', 'r2'],
  },
  {
    population: classes({
      name: '30 clusters of 10 rows',
      share: 0.3,
      candidate: 1.2,
      champion: 1,
      perCluster: 10,
    }),
    rows: 300,
    only: ['roc_auc', 'accuracy', 'recall', 'f1', 'brier_score'],
  },
];

export function benchmarkTruth(say: (line: string) => void): readonly BenchRow[] {
  const rows: BenchRow[] = [];
  for (const covered of COVERED) {
    say(`intervals on ${covered.rows} rows, ${covered.population.name}: ${RUNS} runs`);
    rows.push(...coverageRows(covered, countCoverage(covered, RUNS)));
  }
  for (const [metric, margin] of TOO_BAD) {
    say(`a candidate whose ${metric} is worse by the margin: ${RUNS} runs`);
    const population = worseBy(MARGIN);
    rows.push(
      falsePassRow(metric, countVerdicts({ population, gate: { metric, margin }, rows: 1000, runs: RUNS })),
    );
  }
  say(`rows that the gate names: ${RUNS} runs of a candidate two margins worse, and of one as good`);
  const named = { gate: { metric: 'roc_auc', margin: MARGIN }, rows: 500, runs: RUNS } as const;
  rows.push(powerRow('fail', countAtNamedSize({ ...named, population: worseBy(2 * MARGIN) })));
  rows.push(powerRow('pass', countAtNamedSize({ ...named, population: worseBy(0) })));
  return rows;
}

function worseBy(loss: number): Population {
  const [candidate, champion] = [distanceFor(CHAMPION_AREA - loss), distanceFor(CHAMPION_AREA)];
  return classes({ name: `AUC worse by ${loss}`, share: 0.3, candidate, champion });
}

function coverageRows({ population, rows }: Covered, found: readonly Coverage[]): readonly BenchRow[] {
  return (['candidate', 'difference'] as const).map((of) => {
    const own = found.filter((one) => one.of === of);
    const shares = own.map(({ covered, runs, without }) => covered / (runs - without));
    const each = own.map(
      ({ metric, method }, index) => `${metric} ${percent(shares[index] ?? 0)} (${method})`,
    );
    const without = Math.max(...own.map((one) => one.without));
    return benchRow({
      what: `95 % intervals that hold the truth, ${of === 'candidate' ? 'one model' : 'difference of two'}, ${rows} rows, ${population.name}: the worst metric`,
      ours: shares.reduce(
        (worst, share) => (Math.abs(share - 0.95) > Math.abs(worst - 0.95) ? share : worst),
        0.95,
      ),
      peer: null,
      unit: 'share of runs',
      aim: `${AIM.least} to ${AIM.most}, each metric`,
      met: own.every(isCovered),
      reason: `${each.join(', ')}; ${RUNS} runs, of which up to ${without} had no interval; a fixed threshold has none`,
    });
  });
}

function isCovered({ covered, runs, without }: Coverage): boolean {
  const counted = runs - without;
  const missed = counted - covered;
  return missed <= mostAlarms(counted, 1 - AIM.least) && covered <= mostAlarms(counted, AIM.most);
}

function falsePassRow(metric: string, { runs, pass, fail, inconclusive, pointPass }: Verdicts): BenchRow {
  const most = mostAlarms(runs, FALSE_PASS);
  return benchRow({
    what: `a candidate whose ${metric} is worse by the margin passes, 1,000 rows: ours / a fixed threshold on the estimate`,
    ours: pass / runs,
    peer: pointPass / runs,
    unit: 'share of runs',
    aim: `at most ${FALSE_PASS}`,
    met: pass <= most,
    reason: `${pass} of ${runs} passed (99 % binomial limit ${most}), ${fail} failed, ${inconclusive} could not tell`,
  });
}

function powerRow(wanted: 'pass' | 'fail', found: Verdicts): BenchRow {
  const { runs, rows, pointPass } = found;
  const least = runs - mostAlarms(runs, 1 - POWER);
  const candidate = wanted === 'fail' ? 'two margins worse in ROC AUC fails' : 'as good in ROC AUC passes';
  return benchRow({
    what: `a candidate ${candidate} at the rows that the gate named: ours / a fixed threshold on the estimate`,
    ours: found[wanted] / runs,
    peer: (wanted === 'pass' ? pointPass : runs - pointPass) / runs,
    unit: 'share of runs',
    aim: `at least ${POWER}`,
    met: found[wanted] >= least,
    reason: `${found.pass} of ${runs} passed, ${found.fail} failed, ${found.inconclusive} could not tell; named after 500 rows: ${quantile(rows, 0.5).toLocaleString('en-US')} rows in the median (${Math.min(...rows).toLocaleString('en-US')} to ${Math.max(...rows).toLocaleString('en-US')}), margin ${MARGIN}`,
  });
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
