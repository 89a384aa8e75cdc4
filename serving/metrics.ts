/** Counters of the whole server in Prometheus' text format 0.0.4. Decisions never rest on them; the step's own counters decide. */

interface Observation {
  readonly model: string;
  /** Empty for a model without versions. */
  readonly version: string;
  /** `champion`, `canary`, or `none` where the request named its version. */
  readonly arm: string;
  /** HTTP status of the answer. */
  readonly status: number;
  readonly seconds: number;
}

const BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] as const;

interface Series {
  readonly labels: string;
  readonly statuses: Map<number, number>;
  readonly buckets: number[];
  errors: number;
  sum: number;
  count: number;
}

export interface Metrics {
  observe(observation: Observation): void;
  /** The page. `gauges` are extra lines, already formatted. */
  page(gauges: readonly string[]): string;
}

export function createMetrics(): Metrics {
  const all = new Map<string, Series>();

  function observe({ model, version, arm, status, seconds }: Observation): void {
    const key = `${model}\n${version}\n${arm}`;
    const series = all.get(key) ?? newSeries({ model, version, arm });
    all.set(key, series);
    series.statuses.set(status, (series.statuses.get(status) ?? 0) + 1);
    if (status >= 500) series.errors++;
    series.count++;
    series.sum += seconds;
    for (const [index, edge] of BUCKETS_S.entries()) {
      if (seconds <= edge) series.buckets[index] = (series.buckets[index] ?? 0) + 1;
    }
  }

  function page(gauges: readonly string[]): string {
    const series = [...all.values()];
    const lines = [
      '# HELP mergeway_requests_total Inference requests answered.',
      '# TYPE mergeway_requests_total counter',
      ...series.flatMap(requestLines),
      '# HELP mergeway_request_errors_total Inference requests answered with 5xx.',
      '# TYPE mergeway_request_errors_total counter',
      ...series.map(({ labels, errors }) => `mergeway_request_errors_total{${labels}} ${errors}`),
      '# HELP mergeway_request_seconds Time from the parsed request to its answer.',
      '# TYPE mergeway_request_seconds histogram',
      ...series.flatMap(histogramLines),
      ...gauges,
    ];
    return `${lines.join('\n')}\n`;
  }

  return { observe, page };
}

/** `name="value",…`, escaped as the format asks. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`)
    .join(',');
}

function newSeries(labels: Readonly<Record<string, string>>): Series {
  const buckets = BUCKETS_S.map(() => 0);
  return { labels: labelText(labels), statuses: new Map(), buckets, errors: 0, sum: 0, count: 0 };
}

function requestLines({ labels, statuses }: Series): readonly string[] {
  return [...statuses].map(
    ([status, count]) => `mergeway_requests_total{${labels},code="${status}"} ${count}`,
  );
}

function histogramLines({ labels, buckets, sum, count }: Series): readonly string[] {
  return [
    ...BUCKETS_S.map((edge, i) => `mergeway_request_seconds_bucket{${labels},le="${edge}"} ${buckets[i]}`),
    `mergeway_request_seconds_bucket{${labels},le="+Inf"} ${count}`,
    `mergeway_request_seconds_sum{${labels}} ${sum}`,
    `mergeway_request_seconds_count{${labels}} ${count}`,
  ];
}
