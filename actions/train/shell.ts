/**
 * One shell command in a process group of its own, so that a timeout or an interruption ends it with everything it started.
 * What it prints is shown as it comes, each line behind a prefix: a runner then takes none for a workflow command.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { MergewayError } from '#core/errors.ts';
import type { Progress } from '#core/ports/progress.ts';

export interface ShellRun {
  readonly command: string;
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** Lines that are shown while the command runs; more go to the log only. */
const MAX_SHOWN_LINES = 2000;
const MAX_LINE_CHARS = 500;
/** The log keeps its first half and its last half. */
const MAX_LOG_CHARS = 4_000_000;
const LAST_LINES = 15;
/** How long the command may take to end by itself when told to. */
const GRACE_MS = 5000;
/** How long output is still read once the command has ended: a daemon that it left may hold the pipes for ever. */
const LINGER_MS = 1000;
/** Longest wait that a timer can hold. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** What it printed. MW_TRAIN_FAILED with its last lines, MW_TRAIN_TIMEOUT, MW_INTERRUPTED. */
export async function runShell(run: ShellRun): Promise<string> {
  const { command, cwd, env, timeoutMs, signal } = run;
  if (signal.aborted) throw interrupted();
  const child = spawn('/bin/sh', ['-c', command], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = logOf(child, run.progress);
  const ending = { reason: undefined as 'timeout' | 'interrupted' | undefined };
  const stop = (reason: 'timeout' | 'interrupted') => {
    ending.reason ??= reason;
    endGroup(child);
  };
  const onAbort = () => stop('interrupted');
  const timer = setTimeout(() => stop('timeout'), Math.min(timeoutMs, MAX_TIMER_MS));
  signal.addEventListener('abort', onAbort);
  const onExit = () => kill(child, 'SIGKILL');
  process.once('exit', onExit);

  try {
    const code = await ended(child);
    if (ending.reason === 'interrupted') throw interrupted();
    if (ending.reason === 'timeout') {
      throw new MergewayError(
        'MW_TRAIN_TIMEOUT',
        `\`${command}\` ran longer than ${timeoutMs / 1000} s\n${log.lastLines()}`,
      );
    }
    if (code !== 0) {
      throw new MergewayError('MW_TRAIN_FAILED', `\`${command}\` ended with ${code}\n${log.lastLines()}`);
    }
    return log.text();
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    process.off('exit', onExit);
    kill(child, 'SIGKILL');
  }
}

function interrupted(): MergewayError {
  return new MergewayError('MW_INTERRUPTED', 'the training was interrupted');
}

/** Exit code, or the name of the signal that ended it. What it left running ends with it. */
function ended(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => {
      kill(child, 'SIGKILL');
      const patience = setTimeout(() => stopReading(child), LINGER_MS);
      child.once('close', () => clearTimeout(patience));
    });
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'nothing'));
  });
}

function stopReading({ stdout, stderr }: ChildProcess): void {
  stdout?.destroy();
  stderr?.destroy();
}

function endGroup(child: ChildProcess): void {
  kill(child, 'SIGTERM');
  const force = setTimeout(() => kill(child, 'SIGKILL'), GRACE_MS);
  child.once('close', () => clearTimeout(force));
}

/** The command and all that it started and left in its group. */
function kill({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Nothing of the group is left.
  }
}

interface Log {
  text(): string;
  lastLines(): string;
}

function logOf({ stdout, stderr }: ChildProcess, progress: Progress): Log {
  let head = '';
  let tail = '';
  let shown = 0;
  const pending = { stdout: '', stderr: '' };

  for (const [name, stream] of [
    ['stdout', stdout],
    ['stderr', stderr],
  ] as const) {
    stream?.setEncoding('utf8');
    stream?.on('data', (chunk: string) => take(name, chunk));
    stream?.on('end', () => pending[name] && take(name, '\n'));
  }

  function take(name: 'stdout' | 'stderr', chunk: string): void {
    keep(chunk);
    const lines = (pending[name] + chunk).split(/\r\n|\n|\r/);
    pending[name] = (lines.pop() ?? '').slice(0, MAX_LINE_CHARS);
    for (const line of lines) show(line);
  }

  function keep(chunk: string): void {
    const room = MAX_LOG_CHARS / 2 - head.length;
    head += chunk.slice(0, room);
    tail = (tail + chunk.slice(room)).slice(-MAX_LOG_CHARS / 2);
  }

  function show(line: string): void {
    shown += 1;
    if (shown < MAX_SHOWN_LINES) progress.say(`train | ${printable(line)}`);
    if (shown === MAX_SHOWN_LINES) progress.say('train | (further lines are in training.log only)');
  }

  return {
    text: () => printable(head + tail),
    lastLines: () =>
      printable(head + tail)
        .trimEnd()
        .split('\n')
        .slice(-LAST_LINES)
        .map((line) => `  ${line.slice(0, MAX_LINE_CHARS)}`)
        .join('\n'),
  };
}

/** Without escape sequences and control characters: a log moves no cursor and colours no one's terminal. */
function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/(?![\n\t])\p{Cc}/gu, '');
}
