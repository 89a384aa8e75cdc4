/** The model server's composition root: builds the adapters, restores the last state and listens. */

import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { ociLayoutStore } from '#adapters/oci/store.ts';
import { onnxBackend } from '#adapters/onnx/backend.ts';
import { systemRandom } from '#adapters/system/random.ts';
import { MergewayError } from '#core/errors.ts';
import { ModelHost } from './host.ts';
import { errorText, type Log, stderrLog } from './log.ts';
import { buildServer } from './server.ts';
import { openStateFolder, type StateFolder } from './state-folder.ts';

export interface ServingOptions {
  /** Bare ONNX files by model name: no versions, no canary. */
  readonly models?: Readonly<Record<string, string>>;
  /** Folder of the OCI image layout that versions are loaded from; needs `state` and `adminToken`. */
  readonly store?: string | undefined;
  /** Folder where the last traffic plans are kept. */
  readonly state?: string | undefined;
  readonly adminToken?: string | undefined;
  /** 0 picks a free port. */
  readonly port: number;
  /** Default 127.0.0.1; in a container 0.0.0.0. */
  readonly hostname?: string | undefined;
  /** Default: JSON lines on stderr. */
  readonly log?: Log;
}

export interface RunningServer {
  /** Base URL, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Not ready at once; ends when the requests in flight have ended and the models are unloaded. */
  close(): Promise<void>;
}

/** How often a lapsed lease is looked for without a request that would notice it, ms. */
const TICK_MS = 100;
/** Requests in flight have this long to end after a shutdown was asked for, ms; Kubernetes kills after 30 s. */
const GRACE_MS = 20_000;

/** Starts a model server. MW_USAGE, MW_MODEL_INVALID, MW_STATE_LOCKED. A server that does not start leaves nothing behind. */
export async function startServing(options: ServingOptions): Promise<RunningServer> {
  checkOptions(options);
  const { log = stderrLog } = options;
  const state = options.state === undefined ? undefined : await openStateFolder(options.state, log);
  return start(options, state, log);
}

async function start(
  options: ServingOptions,
  state: StateFolder | undefined,
  log: Log,
): Promise<RunningServer> {
  const { adminToken } = options;
  const clock = { now: () => performance.now() };
  const host = new ModelHost({
    backend: onnxBackend(),
    clock,
    random: systemRandom(),
    log,
    store: options.store === undefined ? undefined : ociLayoutStore(options.store),
    state,
  });
  const app = buildServer({ host, clock, log, adminToken });
  let url: string;
  try {
    await host.restore();
    for (const [name, path] of Object.entries(options.models ?? {})) {
      await host.serveFile(name, await readModel(name, path));
    }
    url = await listen(app, options);
  } catch (error) {
    await end();
    throw error;
  }
  const ticker = setInterval(() => host.tick(), TICK_MS);

  async function end(): Promise<void> {
    await app.close();
    await host.close();
    await state?.close();
  }

  async function close(): Promise<void> {
    clearInterval(ticker);
    host.drain();
    const cut = setTimeout(() => app.server.closeAllConnections(), GRACE_MS);
    await end();
    clearTimeout(cut);
  }

  return { url, close };
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

/** The admin token: the file's first line, else MERGEWAY_ADMIN_TOKEN. MW_USAGE when the file can't be read or is empty. */
export async function readAdminToken(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (file === undefined) return environment.MERGEWAY_ADMIN_TOKEN?.trim() || undefined;
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new MergewayError('MW_USAGE', `--admin-token-file ${file} can not be read: ${errorText(cause)}`);
  });
  const token = text.split('\n')[0]?.trim();
  if (token) return token;
  throw new MergewayError('MW_USAGE', `--admin-token-file ${file} is empty`);
}

function checkOptions({ models = {}, store, state, adminToken }: ServingOptions): void {
  const names = Object.keys(models);
  const wrong = names.find((name) => !/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name));
  if (wrong !== undefined) {
    throw new MergewayError(
      'MW_USAGE',
      `--model ${wrong}: expected a name of letters, digits, dots, _ and -`,
    );
  }
  if (store === undefined && names.length === 0) {
    throw new MergewayError(
      'MW_USAGE',
      'nothing to serve: give --model <name>=<file.onnx> or --store <folder>',
    );
  }
  if (store !== undefined && state === undefined) {
    throw new MergewayError(
      'MW_USAGE',
      '--store needs --state <folder>, where the server remembers its champions',
    );
  }
  if (store !== undefined && !adminToken) {
    throw new MergewayError(
      'MW_USAGE',
      '--store needs an admin token: give --admin-token-file <file> or set MERGEWAY_ADMIN_TOKEN',
    );
  }
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
