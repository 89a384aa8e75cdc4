/** A Redis of the benchmark's own, where `redis-server` is installed: in memory only, on a free port. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

export interface RedisServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** undefined where there is no `redis-server`. */
export async function startRedis(folder: string): Promise<RedisServer | undefined> {
  const port = await freePort();
  const server = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const started = await Promise.race([
    once(server, 'error').then(() => false),
    once(server, 'exit').then(() => false),
    saysReady(server),
  ]);
  if (!started) return undefined;
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      const gone = once(server, 'exit');
      server.kill();
      await gone;
    },
  };
}

async function saysReady(server: ChildProcess): Promise<boolean> {
  if (!server.stdout) return false;
  const lines = createInterface(server.stdout);
  for await (const line of lines) {
    if (!line.includes('Ready to accept connections')) continue;
    server.stdout.resume();
    return true;
  }
  return false;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
