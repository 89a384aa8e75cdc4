/** Builds the model server's HTTP application; `main.ts` listens. Limits against slow and oversized clients are set here. */

import Fastify, { type FastifyInstance } from 'fastify';
import type { Clock } from '#core/ports/clock.ts';
import { admitBodies } from './admission.ts';
import { createBatcher } from './batch/batcher.ts';
import type { Follower } from './follow.ts';
import type { ModelHost } from './host.ts';
import type { Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import type { PredictionLog } from './prediction-log/prediction-log.ts';
import { refuse, sendError } from './refusal.ts';
import { adminRoutes } from './routes/admin.ts';
import { feedbackRoutes } from './routes/feedback.ts';
import { healthRoutes } from './routes/health.ts';
import { inferRoutes } from './routes/infer.ts';
import { metadataRoutes } from './routes/metadata.ts';
import { metricsRoutes } from './routes/metrics.ts';

export interface ServerOptions {
  readonly host: ModelHost;
  /** Monotonic, ms. */
  readonly clock: Clock;
  /** Processor time of this thread, ms; default: the clock. */
  readonly processor?: Clock | undefined;
  /** Of the day, ms since 1970. */
  readonly wall: Clock;
  readonly log: Log;
  /** Opens the admin API to whoever shows this token; without it there is no admin API. */
  readonly adminToken?: string | undefined;
  /** Absent: nothing but plans says what is served. */
  readonly follower?: Follower | undefined;
  /** Absent: predictions are not logged, and feedback is not taken. */
  readonly predictionLog?: PredictionLog | undefined;
  /** Asked of whoever sends feedback. */
  readonly feedbackToken?: string | undefined;
  /** Largest request body, bytes. */
  readonly bodyLimit?: number | undefined;
  /** Bytes of bodies that are held at one time; default: a share of the heap. */
  readonly bodyBudget?: number | undefined;
}

const BODY_LIMIT = 16 * 2 ** 20;
/** A request must have arrived whole within this time. */
const REQUEST_MS = 30_000;
/** Longer than load balancers keep connections (usually 60 s), so that they close first and lose no request. */
const KEEP_ALIVE_MS = 72_000;

export function buildServer(options: ServerOptions): FastifyInstance {
  const app = Fastify({
    bodyLimit: options.bodyLimit ?? BODY_LIMIT,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, _request, reply) => sendError(reply, error, options.log),
    routerOptions: { maxParamLength: 500, ignoreTrailingSlash: true },
  });
  // Bodies stay text: the protocol's 64-bit numbers do not survive JSON.parse, and clients send any content type.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  admitBodies(app, options.bodyBudget);
  app.addHook('onRequest', async (request) => {
    const encoding = request.headers['content-encoding'];
    if (encoding && encoding !== 'identity')
      throw refuse(415, `content-encoding ${encoding} is not supported`);
  });
  // A kept connection would hold the shutdown up until its client lets go.
  app.addHook('onSend', async (_request, reply) => {
    if (options.host.draining) reply.header('connection', 'close');
  });
  app.setErrorHandler((error, _request, reply) => sendError(reply, error, options.log));
  app.setNotFoundHandler((request, reply) => {
    reply.code(404).send({ error: `nothing is at ${request.method} ${request.url.slice(0, 200)}` });
  });

  const metrics = createMetrics();
  const deps = { ...options, metrics, batcher: createBatcher(options.clock, options.processor) };
  healthRoutes(app, deps);
  metadataRoutes(app, deps);
  inferRoutes(app, deps);
  feedbackRoutes(app, deps);
  metricsRoutes(app, deps);
  if (options.adminToken) adminRoutes(app, { ...deps, adminToken: options.adminToken });
  return app;
}
