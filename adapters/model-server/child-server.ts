/**
 * `ModelServer`: `mergeway serve` as a child process on a loopback port, with bare files in a temporary folder. It is given none
 * of this process's environment, which may hold tokens, and ends with this process.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { MergewayError } from '#core/errors.ts';
import type { ModelServer } from '#core/ports/model-server.ts';
import { post } from './post.ts';

export interface ChildServerOptions {
  /** What starts `mergeway`: a program and its first arguments. */
  readonly command: readonly [string, ...string[]];
  /** How long the server may take to load its models, ms. */
  readonly readyMs?: number;
}

const READY_MS = 120_000;
/** After this the server is not asked but ended, ms. */
const GRACE_MS = 5_000;

export function childModelServer({ command, readyMs = READY_MS }: ChildServerOptions): ModelServer {
  return {
    async start(models) {
      const folder = await mkdtemp(join(tmpdir(), 'mergeway-measured-'));
      const agent = new Agent({ keepAlive: true });
      let server: Child | undefined;
      try {
        const files = await writeModels(folder, models);
        server = startChild(command, files, folder);
        const url = await urlOf(server, readyMs);
        return { infer: (model, body) => post(`${url}/v2/models/${model}/infer`, body, agent), stop };
      } catch (error) {
        await stop();
        throw error;
      }

      async function stop(): Promise<void> {
        agent.destroy();
        await server?.end();
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

interface Child {
  readonly process: ChildProcess;
  readonly output: Readable;
  /** What it said last, for messages. */
  readonly last: () => string;
  end(): Promise<void>;
}

async function writeModels(
  folder: string,
  models: Readonly<Record<string, Uint8Array>>,
): Promise<readonly string[]> {
  const files: string[] = [];
  for (const [name, bytes] of Object.entries(models)) {
    const file = join(folder, `${name}.onnx`);
    await writeFile(file, bytes);
    files.push('--model', `${name}=${file}`);
  }
  return files;
}

function startChild(
  [program, ...first]: readonly [string, ...string[]],
  files: readonly string[],
  cwd: string,
): Child {
  const child = spawn(program, [...first, 'serve', ...files, '--port', '0'], {
    cwd,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  let last = 'nothing';
  createInterface(child.stderr).on('line', (line) => {
    last = line.slice(0, 300);
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  return {
    process: child,
    output: child.stdout,
    last: () => last,
    async end() {
      child.kill('SIGTERM');
      const impatience = setTimeout(kill, GRACE_MS);
      await gone;
      clearTimeout(impatience);
      process.off('exit', kill);
    },
  };
}

async function urlOf({ process: child, output, last }: Child, readyMs: number): Promise<string> {
  const lines = createInterface(output);
  const impatience = setTimeout(() => lines.close(), readyMs);
  child.once('error', () => lines.close());
  try {
    for await (const line of lines) {
      const [, url] = /^serving at (http:\S+)/.exec(line) ?? [];
      if (url !== undefined) return url;
    }
  } finally {
    clearTimeout(impatience);
  }
  throw new MergewayError(
    'MW_MEASUREMENT_FAILED',
    `\`mergeway serve\` was not ready to be measured; it said last: ${last()}`,
  );
}
