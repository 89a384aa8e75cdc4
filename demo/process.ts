/** Child processes of the demo: started with a log file, awaited until they say where they listen, ended with everything below them. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { resolve as resolvePath } from 'node:path';
import { createInterface } from 'node:readline';

export interface Running {
  readonly child: ChildProcess;
  /** First match of the awaited pattern. */
  readonly ready: RegExpMatchArray;
  /** Resolves when the process has ended, with its exit code. */
  readonly ended: Promise<number | null>;
  /** Each later line of standard output. */
  onLine(listener: (line: string) => void): void;
  stop(): Promise<void>;
}

export interface Program {
  readonly name: string;
  readonly args: readonly string[];
  /** By default the checkout. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** The line of output that says the program is ready. */
  readonly readyWhen: RegExp;
  readonly timeoutMs?: number;
}

/** Starts a program of this checkout under the same Node and waits until it is ready. */
export async function start({
  name,
  args,
  cwd,
  env,
  logFile,
  readyWhen,
  timeoutMs = 60_000,
}: Program): Promise<Running> {
  const log = createWriteStream(logFile, { flags: 'a' });
  const [script = '', ...rest] = args;
  const child = spawn(process.execPath, [resolvePath(script), ...rest], {
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let last = 'nothing';
  const listeners = new Set<(line: string) => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`);
      if (line.trim() !== '') last = line;
      for (const listener of listeners) listener(line);
    });
  }

  const ready = await new Promise<RegExpMatchArray>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${name} was not ready after ${timeoutMs} ms; it said: ${last}`)),
      timeoutMs,
    );
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}; it said: ${last}`)));
    listeners.add(function waitForReady(line) {
      const match = line.match(readyWhen);
      if (!match) return;
      clearTimeout(timer);
      listeners.delete(waitForReady);
      resolve(match);
    });
  });

  return {
    child,
    ready,
    ended,
    onLine: (listener) => listeners.add(listener),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(force);
    },
  };
}
