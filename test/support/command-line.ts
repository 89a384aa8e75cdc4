/** `mergeway` in this process: arguments and variables in, streams and exit code out. */

import type { CommandSpec } from '#actions/command.ts';
import { commands } from '#cli/commands.ts';
import { runCommandLine } from '#cli/run.ts';
import type { Workflow } from '#cli/workflow.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Setting {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly commands?: readonly CommandSpec[];
  /** The job's step, as a runner would have it. */
  readonly workflow?: Workflow;
  /** Hears each line of stderr as it comes. */
  readonly onStderr?: (text: string) => void;
}

/** Runs a command line as cli/main.ts does; PATH is this process's, all other variables are given. */
export async function mergeway(args: readonly string[], setting: Setting = {}): Promise<Ran> {
  let [stdout, stderr] = ['', ''];
  const code = await runCommandLine(setting.commands ?? commands, args, {
    cwd: setting.cwd ?? process.cwd(),
    env: { PATH: process.env.PATH, ...setting.env },
    out: (text) => {
      stdout += text;
    },
    err: (text) => {
      stderr += text;
      setting.onStderr?.(text);
    },
    now: Date.now,
    signal: setting.signal ?? new AbortController().signal,
    workflow: setting.workflow,
  });
  return { code, stdout, stderr };
}

/** What `--json` printed: exactly one object. */
export function jsonOf({
  stdout,
}: Ran): Record<string, unknown> & { readonly error?: { readonly code: string } } {
  return JSON.parse(stdout);
}
