/** `/metrics` in Prometheus' text format. */

import type { FastifyInstance } from 'fastify';
import type { ModelHost } from '../host.ts';
import { labelText, type Metrics } from '../metrics.ts';
import type { PredictionLog } from '../prediction-log/prediction-log.ts';

export function metricsRoutes(
  app: FastifyInstance,
  {
    host,
    metrics,
    predictionLog,
  }: {
    readonly host: ModelHost;
    readonly metrics: Metrics;
    readonly predictionLog?: PredictionLog | undefined;
  },
): void {
  app.get('/metrics', async (_request, reply) => {
    const uncounted = [...host.models()].map(
      (model) => `mergeway_units_not_counted_total{${labelText({ model: model.name })}} ${model.uncounted()}`,
    );
    const gauges = [
      '# HELP mergeway_units_not_counted_total Outcomes of new keys that the step had no memory left for.',
      '# TYPE mergeway_units_not_counted_total counter',
      ...uncounted,
      ...(predictionLog?.metrics() ?? []),
    ];
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(metrics.page(gauges));
  });
}
