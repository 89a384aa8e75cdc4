/**
 * The App's composition root: builds the adapters, takes up what the last process left, and listens.
 * The order is: database, handlers, what was left waiting, controller, and only then the door; last, what was missed.
 */

import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { folderPartStore } from '#adapters/folder-parts/part-store.ts';
import { ociLayoutStore } from '#adapters/oci/store.ts';
import { type OpenStore, openPglite } from '#adapters/pglite/store.ts';
import { s3PartStore } from '#adapters/s3/part-store.ts';
import { liveSkew } from '#core/flows/live-skew.ts';
import type { ArtifactStore } from '#core/ports/artifact-store.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Traffic } from '#core/ports/traffic.ts';
import { type CatchUpLoop, startCatchUp } from './catch-up.ts';
import { type Controller, rolloutController } from './controller.ts';
import { pagesOf } from './dashboard/github.ts';
import { dashboardRoutes } from './dashboard/routes.ts';
import { dataIntervals } from './data-intervals.ts';
import { handledBy } from './handlers/handler.ts';
import { handlers } from './handlers/index.ts';
import { healthRoutes } from './http/health.ts';
import { webhookRoute } from './http/webhooks.ts';
import { liveWindows } from './live-windows.ts';
import { jsonLog, type Log, sentence } from './log.ts';
import type { AppOptions } from './options.ts';
import { createProbot, receive, registerHandlers } from './probot.ts';
import { commitPlaces } from './served-features.ts';
import { servingTargets } from './serving-targets.ts';
import { modelWatcher, type Watcher } from './watch.ts';
import { githubWorkspaces, type OpenWorkspace, type WorkspaceParts } from './workspaces.ts';

/** What tests put in place of the real thing. */
export interface AppParts {
  readonly open?: OpenWorkspace;
  readonly traffic?: (url: string) => Traffic;
  readonly windows?: WorkspaceParts['windows'];
  readonly data?: WorkspaceParts['data'];
  readonly store?: OpenStore;
  readonly artifacts?: ArtifactStore;
  readonly clock?: Clock;
  readonly log?: Log;
}

export interface RunningApp {
  /** Base URL, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Ends the work in hand, then lets the next process have the database. */
  close(): Promise<void>;
}

/** Starts the App. MW_DATABASE_LOCKED when another process has the database. */
export async function startApp(options: AppOptions, parts: AppParts = {}): Promise<RunningApp> {
  const log = parts.log ?? jsonLog((line) => process.stderr.write(`${line}\n`));
  const clock = parts.clock ?? { now: Date.now };
  const store =
    parts.store ??
    (await openPglite(options.database, {
      onError: (error) => log.warn('database', { reason: sentence(error) }),
    }));
  const folder = join(tmpdir(), `mergeway-app-${randomUUID()}`);
  try {
    return await startOn(store, options, { ...parts, log, clock, folder });
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** A folder for what the App fetches while it runs; made when something is. */
interface Scratch {
  readonly folder: string;
}

async function startOn(
  store: OpenStore,
  options: AppOptions,
  { log, clock, folder, ...parts }: AppParts & Scratch & { readonly log: Log; readonly clock: Clock },
): Promise<RunningApp> {
  const artifacts = parts.artifacts ?? ociLayoutStore(options.store);
  const probot = createProbot(options);
  const { leaseMs, publicUrl } = options;
  const traffic = parts.traffic ?? servingTargets(options);
  const open =
    parts.open ??
    githubWorkspaces(probot, {
      store,
      artifacts,
      clock,
      log,
      traffic,
      leaseMs,
      publicUrl,
      windows: parts.windows ?? windowsOf(options, { folder, log }),
      data: parts.data ?? dataOf(options),
    });
  await registerHandlers(probot, { handlers, repositories: store.repositories, open });

  const recovered = await store.inbox.recover();
  if (recovered > 0) log.info('deliveries without a job taken up', { count: recovered });
  await store.inbox.work(async (delivery) => {
    try {
      await receive(probot, delivery);
      log.info('delivery done', { event: delivery.event, guid: delivery.guid });
    } catch (error) {
      log.warn('delivery failed', { event: delivery.event, guid: delivery.guid, reason: sentence(error) });
      throw error;
    }
  });
  const controller = rolloutController({
    store,
    open,
    traffic,
    clock,
    log,
    everyMs: Math.min(1000, leaseMs / 4),
  });
  controller.start();
  const watcher = modelWatcher({ store, open, log, everyMs: options.watchMs });
  watcher.start();

  const server = await buildServer({ store, artifacts, options, clock, log });
  const url = await server.listen({ host: options.host, port: options.port });
  const catchUp = startCatchUp(probot, {
    inbox: store.inbox,
    clock,
    isHandled: handledBy(handlers),
    appLog: log,
  });
  return { url, close: () => shutDown({ server, catchUp, controller, watcher, store, folder }) };
}

/** Where windows of the prediction log are read; skew too, where the App knows its data stores. */
function windowsOf(
  options: AppOptions,
  { folder, log }: Scratch & { readonly log: Log },
): WorkspaceParts['windows'] {
  const { predictionLog, dataStore, trainingStore } = options;
  if (predictionLog === undefined) return undefined;
  // A folder, or an S3-compatible store with the credentials of the environment.
  const parts =
    'folder' in predictionLog ? folderPartStore(predictionLog.folder) : s3PartStore(predictionLog.s3);
  const table = duckdbTable();
  const progress = { say: (reason: string) => log.warn('skew not compared', { reason }) };
  return (workspace) => {
    const { source, registry } = workspace;
    const placeAt = dataStore && commitPlaces({ dataStore, trainingStore }, { source, folder });
    const skew = placeAt
      ? liveSkew({
          table,
          inPlace: duckdbTable({ loadUpTo: 0 }),
          source,
          registry,
          placeAt,
          progress,
        })
      : undefined;
    return liveWindows({ log: parts, table, skew }, workspace);
  };
}

function dataOf({ dataStore, trainingStore }: AppOptions): WorkspaceParts['data'] {
  return dataStore === undefined
    ? undefined
    : (workspace) => dataIntervals({ dataStore, trainingStore }, workspace);
}

async function buildServer({
  store,
  artifacts,
  options,
  clock,
  log,
}: {
  readonly store: OpenStore;
  readonly artifacts: ArtifactStore;
  readonly options: AppOptions;
  readonly clock: Clock;
  readonly log: Log;
}): Promise<FastifyInstance> {
  const server = Fastify({ logger: false, requestTimeout: 30_000 });
  server.setErrorHandler(
    (error: { readonly statusCode?: number; readonly message: string }, request, reply) => {
      const status = error.statusCode ?? 500;
      if (status < 500) return reply.code(status).send({ error: error.message });
      log.error('request failed', { path: request.routeOptions.url, reason: sentence(error) });
      return reply.code(500).send({ error: 'The App failed to answer; its log says why' });
    },
  );
  healthRoutes(server, { isReady: async () => (await store.inbox.recent(1)).length >= 0 });
  await server.register((scope) =>
    webhookRoute(scope, {
      secret: options.webhookSecret,
      inbox: store.inbox,
      clock,
      log,
      isHandled: handledBy(handlers),
    }),
  );
  await server.register((scope) =>
    dashboardRoutes(scope, {
      store,
      artifacts,
      clock,
      token: options.dashboardToken,
      pages: pagesOf(options.apiUrl),
    }),
  );
  return server;
}

/** The door first, so that nothing new is accepted; the database last. */
async function shutDown({
  server,
  catchUp,
  controller,
  watcher,
  store,
  folder,
}: Scratch & {
  readonly server: FastifyInstance;
  readonly catchUp: CatchUpLoop;
  readonly controller: Controller;
  readonly watcher: Watcher;
  readonly store: OpenStore;
}): Promise<void> {
  await server.close();
  await catchUp.stop();
  await controller.stop();
  await watcher.stop();
  await rm(folder, { recursive: true, force: true });
  await store.inbox.stop();
  await store.close();
}
