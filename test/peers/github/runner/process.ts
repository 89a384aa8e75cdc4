// Starts the processes of a job: an environment of their own, a process group of their own, and an end when time is up.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Execution {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/** How long output may still come after a process has ended, when a child of it keeps the pipe open. */
const FLUSH_MS = 250;
const KILL_AFTER_MS = 2000;

/** The process groups of one job; those still alive at its end are ended with it. */
export class Processes {
  private readonly groups = new Set<number>();

  /** Runs to the end. The exit code, or 128 + 15 when it was ended. */
  async run({ command, args, cwd, env, signal, onLine }: Execution): Promise<number> {
    if (signal.aborted) return 143;
    const child = spawn(command, [...args], { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const group = child.pid;
    if (group !== undefined) this.groups.add(group);
    const stop = () => endGroup(group);
    signal.addEventListener('abort', stop, { once: true });
    const lines = [child.stdout, child.stderr].map((input) => createInterface({ input }).on('line', onLine));
    try {
      return await exitCode(child);
    } finally {
      for (const reader of lines) reader.close();
      signal.removeEventListener('abort', stop);
    }
  }

  /** Ends whatever a job left behind. */
  endAll(): void {
    for (const group of this.groups) kill(group, 'SIGKILL');
    this.groups.clear();
  }
}

async function exitCode(child: ReturnType<typeof spawn>): Promise<number> {
  const closed = once(child, 'close').catch(() => undefined);
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  const flushed = AbortSignal.timeout(FLUSH_MS);
  await Promise.race([closed, once(flushed, 'abort')]);
  return code ?? (signal === 'SIGKILL' ? 137 : 143);
}

function endGroup(group: number | undefined): void {
  if (group === undefined) return;
  kill(group, 'SIGTERM');
  setTimeout(() => kill(group, 'SIGKILL'), KILL_AFTER_MS).unref();
}

function kill(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // It ended by itself.
  }
}
