/**
 * What a monitor says and what is true: windows without drift, windows with a seeded drift in one of 300 columns, and late labels, beside the
 * default rules of Evidently and NannyML on the same samples. 2,000 windows a row, the reference drawn anew for each; seeded.
 */

import { type Benchmark, type BenchRow, benchRow } from './benchmark.ts';
import { mostAlarms } from './monitor-truth/binomial-limit.ts';
import {
  COLUMNS,
  countDetections,
  type Detected,
  SEEDED_DRIFTS,
  WINDOW_ROWS,
} from './monitor-truth/drifts.ts';
import {
  countFalseAlarms,
  type FalseAlarms,
  LOUD,
  REFERENCE_ROWS,
  STATED,
  WINDOWS,
} from './monitor-truth/false-alarms.ts';
import { countLateLabels, type Labelled } from './monitor-truth/late-labels.ts';

const ROWS = [200, 2000, 20_000, 200_000] as const;

/** The peers' measures read values, not bins: they are tried on fewer windows where there are many columns. */
const COMPARED = { 10: 200, 100: 40, 300: 20 } as const;

/** Share of windows in which a seeded drift has to be found. */
const FOUND = 0.8;

export const monitorTruth: Benchmark = {
  name: 'monitor-truth',
  about: "false and missed alarms of our monitor beside Evidently's and NannyML's default rules",
  async run(say) {
    const rows: BenchRow[] = [];
    for (const columns of [10, 100, 300] as const) {
      for (const size of ROWS) {
        say(`no drift: ${WINDOWS} windows of ${size} rows and ${columns} columns`);
        rows.push(...falseAlarmRows(countFalseAlarms({ rows: size, columns, compared: COMPARED[columns] })));
      }
    }
    for (const drift of SEEDED_DRIFTS) {
      say(`${drift.name}: ${WINDOWS} windows`);
      rows.push(...detectionRows(countDetections(drift, COMPARED[10])));
    }
    for (const [size, times] of [
      [200, 1],
      [2000, 1],
      [2000, 1.5],
    ] as const) {
      say(`late labels, ${times} × the holdout's loss: ${WINDOWS} windows of ${size} rows`);
      rows.push(labelRow(countLateLabels({ rows: size, times })));
    }
    return rows;
  },
};

function falseAlarmRows(found: FalseAlarms): readonly BenchRow[] {
  const { rows, columns, windows, loud, stated, compared } = found;
  const [mostLoud, mostStated] = [mostAlarms(windows, LOUD.perWindow), mostAlarms(windows, STATED.perWindow)];
  const row = (peer: string, alarms: number, more = '') =>
    benchRow({
      what: `no drift, ${rows.toLocaleString('en-US')} rows × ${columns} columns: ours / ${peer}`,
      ours: loud / windows,
      peer: alarms / compared,
      unit: 'share of windows that alarm',
      aim: `at most ${LOUD.perWindow} as the policy says here, and ${STATED.perWindow.toPrecision(2)} by the default policy`,
      met: loud <= mostLoud && stated <= mostStated,
      reason: `at 5 % a window ${loud} of ${windows} alarmed (99 % binomial limit ${mostLoud}), at .1 a month of daily windows ${stated} (limit ${mostStated}); reference ${REFERENCE_ROWS.toLocaleString('en-US')} rows; the peer's rule on ${compared} of the windows${more}`,
    });
  return [
    row(
      'Evidently, any column',
      found.evidently,
      `; half of the columns, its rule for a data set: ${found.evidentlyDataset} of ${compared}`,
    ),
    row('NannyML, any column', found.nannyml),
  ];
}

function detectionRows({
  name,
  windows,
  daily,
  hourly,
  compared,
  evidently,
  nannyml,
}: Detected): readonly BenchRow[] {
  const row = (peer: string, found: number, more: string) =>
    benchRow({
      what: `${name} in one of ${COLUMNS} columns: ours / ${peer}`,
      ours: daily / windows,
      peer: found / compared,
      unit: 'share of windows in which that column alarms',
      aim: `at least ${FOUND}, by daily and by hourly windows`,
      met: Math.min(daily, hourly) >= FOUND * windows,
      reason: `first window of ${WINDOW_ROWS.toLocaleString('en-US')} rows at .1 false alarms a month, two looks a window: ${daily} of ${windows} by daily, ${hourly} by hourly windows; ${more}; the peer on ${compared} of the windows`,
    });
  return [
    row('Evidently', evidently, 'its rule for a data set, half of the columns, never sees one of 300'),
    row('NannyML', nannyml, 'its limit alarms without drift as often as the rows above say'),
  ];
}

function labelRow({ rows, times, windows, alarms, nannyml }: Labelled): BenchRow {
  const most = mostAlarms(windows, STATED.perWindow / 2);
  const healthy = times === 1;
  return benchRow({
    what: `log loss ${times} × its holdout's, ${rows.toLocaleString('en-US')} labelled rows, limit 1.3 ×: ours / NannyML, mean ± 3 std of chunks`,
    ours: alarms / windows,
    peer: nannyml / windows,
    unit: 'share of windows that alarm',
    aim: healthy ? `at most ${(STATED.perWindow / 2).toPrecision(2)}` : `at least ${FOUND}`,
    met: healthy ? alarms <= most : alarms >= FOUND * windows,
    reason: healthy
      ? `${alarms} of ${windows} (99 % binomial limit ${most} at .1 a month, daily windows, two looks each)`
      : `${alarms} of ${windows}, at the same limits`,
  });
}
