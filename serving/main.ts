/** The model server's composition root: builds the adapters, restores the last state and listens. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { gitAnnotatedTags } from '#adapters/git/annotated-tags.ts';
import { gitHead } from '#adapters/git/head.ts';
import { gitSourceTree } from '#adapters/git/source-tree.ts';
import { ociLayoutStore } from '#adapters/oci/store.ts';
import { onnxBackend } from '#adapters/onnx/backend.ts';
import { systemClock } from '#adapters/system/clock.ts';
import { systemRandom } from '#adapters/system/random.ts';
import { MergewayError } from '#core/errors.ts';
import { createLookup } from '#core/features/online-lookup.ts';
import { unfilledViews } from '#core/features/online-view.ts';
import type { ArtifactStore } from '#core/ports/artifact-store.ts';
import type { OnlineStore } from '#core/ports/online-store.ts';
import { type Follower, followProduction } from './follow.ts';
import { ModelHost } from './host.ts';
import { errorText, type Log, stderrLog } from './log.ts';
import { checkOptions, type ServingOptions } from './options.ts';
import { logCounts } from './prediction-log/counts.ts';
import {
  openPredictionLog,
  type PredictionLog,
  type PredictionLogOptions,
} from './prediction-log/prediction-log.ts';
import { type RemoteLogWriter, remoteLogWriter } from './prediction-log/remote-writer.ts';
import { processorTime } from './processor-time.ts';
import { buildServer } from './server.ts';
import { openStateFolder, type StateFolder } from './state-folder.ts';

export { partPlace } from '#adapters/s3/part-place.ts';
export { readAdminToken, readDuration, readToken } from './options.ts';

export interface RunningServer {
  /** Base URL, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Not ready at once; ends when the requests in flight have ended and the models are unloaded. */
  close(): Promise<void>;
}

/** How often a lapsed lease is looked for without a request that would notice it, ms. */
const TICK_MS = 100;
/** How often rows are handed to the disk, ms: at most a second of them is lost with the process. */
const FLUSH_MS = 250;
const LOG_EVERY_MS = 60_000;
/** A server reads tags and makes none. */
const NOBODY = { name: 'mergeway serve', email: 'mergeway@users.noreply.github.com' };
/** What the log may take of the shutdown, ms. */
const LOG_GRACE_MS = 8_000;
/** Requests in flight have this long to end after a shutdown was asked for, ms; Kubernetes kills after 30 s. */
const GRACE_MS = 20_000;

/** Starts a model server. MW_USAGE, MW_MODEL_INVALID, MW_STATE_LOCKED, MW_REPOSITORY_MISSING. A server that does not start leaves nothing behind. */
export async function startServing(options: ServingOptions): Promise<RunningServer> {
  checkOptions(options);
  await requireRepository(options);
  const { log = stderrLog } = options;
  const state = options.state === undefined ? undefined : await openStateFolder(options.state, log);
  return start(options, state, log);
}

async function start(
  options: ServingOptions,
  state: StateFolder | undefined,
  log: Log,
): Promise<RunningServer> {
  const { adminToken, feedbackToken } = options;
  const clock = { now: () => performance.now() };
  const wall = systemClock();
  const random = systemRandom();
  const { predictionLog, logWriter, onlineStore } = await openStores(options, { wall, random, log }).catch(
    async (error) => {
      await state?.close();
      throw error;
    },
  );
  const store = options.store === undefined ? undefined : ociLayoutStore(options.store);
  const host = new ModelHost({
    backend: onnxBackend(),
    clock,
    random,
    log,
    store,
    state,
    lookupFor: onlineStore && ((service) => createLookup(service, onlineStore)),
    unfilled: onlineStore && ((service) => unfilledViews(service, onlineStore)),
    announce: predictionLog?.open,
  });
  const follower = store && follow(options, { store, host, log });
  const app = buildServer({
    host,
    follower,
    clock,
    wall,
    processor: processorTime,
    log,
    adminToken,
    predictionLog,
    feedbackToken,
  });
  const flusher = setInterval(() => void predictionLog?.flush(), FLUSH_MS);
  let url: string;
  try {
    await host.restore();
    for (const [name, path] of Object.entries(options.models ?? {})) {
      await host.serveFile(name, await readModel(name, path));
    }
    await follower?.look();
    url = await listen(app, options);
  } catch (error) {
    await end();
    throw error;
  }
  const ticker = setInterval(() => host.tick(), TICK_MS);
  const follows =
    options.followMs === undefined ? undefined : setInterval(() => void follower?.look(), options.followMs);

  async function end(): Promise<void> {
    await app.close();
    await follower?.end();
    await host.close();
    clearInterval(flusher);
    if (predictionLog) await endLog(predictionLog, logWriter, log);
    await onlineStore?.close();
    await state?.close();
  }

  async function close(): Promise<void> {
    clearInterval(ticker);
    clearInterval(follows);
    host.drain();
    const cut = globalThis.setTimeout(() => app.server.closeAllConnections(), GRACE_MS);
    await end();
    clearTimeout(cut);
  }

  return { url, close };
}

async function requireRepository({ repository }: ServingOptions): Promise<void> {
  if (repository === undefined) return;
  await gitHead(repository).catch((cause) => {
    throw new MergewayError(
      'MW_REPOSITORY_MISSING',
      `--repository ${repository} is no git repository with a commit: ${errorText(cause)}`,
      { cause },
    );
  });
}

function follow(
  { repository, remote }: ServingOptions,
  { store, host, log }: { readonly store: ArtifactStore; readonly host: ModelHost; readonly log: Log },
): Follower | undefined {
  if (repository === undefined) return undefined;
  const tags = gitAnnotatedTags(repository, { tagger: NOBODY, ...(remote !== undefined && { remote }) });
  return followProduction({ tags, source: gitSourceTree(repository), artifacts: store, server: host }, log);
}

interface OpenLog {
  readonly predictionLog?: PredictionLog;
  readonly logWriter?: RemoteLogWriter;
}

interface Stores extends OpenLog {
  readonly onlineStore: OnlineStore | undefined;
}

async function openStores(
  options: ServingOptions,
  world: Pick<PredictionLogOptions, 'wall' | 'random' | 'log'>,
): Promise<Stores> {
  const onlineStore = await openOnlineStore(options.onlineStore);
  try {
    return { onlineStore, ...(await startLog(options, world)) };
  } catch (error) {
    await onlineStore?.close();
    throw error;
  }
}

/** The clients are loaded only where they are used. */
async function openOnlineStore(address: string | undefined): Promise<OnlineStore | undefined> {
  if (address === undefined) return undefined;
  if (/^rediss?:/.test(address)) {
    const { redisOnlineStore } = await import('#adapters/redis/online-store.ts');
    return redisOnlineStore({ url: address });
  }
  const { lmdbOnlineStore } = await import('#adapters/lmdb/online-store.ts');
  return lmdbOnlineStore(address);
}

async function startLog(
  { predictionLog, state, logEveryMs = LOG_EVERY_MS }: ServingOptions,
  world: Pick<PredictionLogOptions, 'wall' | 'random' | 'log'>,
): Promise<OpenLog> {
  if (predictionLog === undefined || state === undefined) return {};
  const counts = logCounts();
  const logWriter = remoteLogWriter(
    { folder: join(state, 'log'), parts: predictionLog, everyMs: logEveryMs },
    { log: world.log, counts },
  );
  try {
    return { logWriter, predictionLog: await openPredictionLog({ ...world, writer: logWriter, counts }) };
  } catch (error) {
    await logWriter.close([]).catch(() => undefined);
    throw error;
  }
}

/** A disk or a part store that does not answer must not hold the shutdown up, nor write on when another server has the folder. */
async function endLog(
  predictionLog: PredictionLog,
  writer: RemoteLogWriter | undefined,
  log: Log,
): Promise<void> {
  const patience = setTimeout(LOG_GRACE_MS, 'late', { ref: false });
  const end = await Promise.race([predictionLog.close().catch(errorText), patience]);
  if (end === undefined) return;
  log('error', 'the prediction log could not be closed in order', { reason: end });
  await writer?.abandon();
}

/** Starts a model server and ends when the process is asked to (SIGTERM, SIGINT), after the requests in flight. */
export async function serveUntilSignal(
  options: ServingOptions,
  onListening: (url: string) => void,
): Promise<void> {
  const asked = new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  const server = await startServing(options);
  onListening(server.url);
  await asked;
  await server.close();
}

async function listen(
  app: FastifyInstance,
  { port, hostname = '127.0.0.1' }: ServingOptions,
): Promise<string> {
  try {
    return await app.listen({ port, host: hostname });
  } catch (cause) {
    throw new MergewayError(
      'MW_USAGE',
      `--port ${port} --host ${hostname} can not be listened on: ${errorText(cause)}`,
      { cause },
    );
  }
}

async function readModel(name: string, path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new MergewayError('MW_MODEL_INVALID', `${name}: ${path} can not be read: ${errorText(cause)}`, {
      cause,
    });
  }
}
