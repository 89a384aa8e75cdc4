/**
 * One run of the command line: parse, run, print. Results go to stdout, everything else to stderr; with `--json` stdout
 * holds exactly one object, also when the command failed. A stack trace is printed only under MERGEWAY_DEBUG.
 */

import type { CommandSpec, Io, Outcome } from '#actions/command.ts';
import { MergewayError } from '#core/errors.ts';
import { inputArguments } from './inputs.ts';
import { writeOutputs } from './outputs.ts';
import { parseCommandLine } from './program.ts';

/** The process as the command line sees it. */
export interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Runs a command line; the exit code. Never throws. */
export async function runCommandLine(
  commands: readonly CommandSpec[],
  argv: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const json = argv.includes('--json');
  try {
    const expanded = inputArguments(commands, argv, terminal.env);
    const parsed = await parseCommandLine(commands, expanded, terminal.env);
    if ('help' in parsed) {
      terminal.out(parsed.help);
      return 0;
    }

    const outcome = await parsed.command.run(parsed.options as never, ioOf(terminal, json), parsed.files);
    await writeOutputs(outcome, terminal.env);
    print(outcome, json, terminal);
    return outcome.exit;
  } catch (cause) {
    return printError(cause, json, terminal);
  }
}

function ioOf({ cwd, env, err, out, now, signal }: Terminal, json: boolean): Io {
  return {
    cwd,
    env,
    clock: { now },
    progress: { say: (line) => err(`${line}\n`) },
    announce: (line) => (json ? err : out)(`${line}\n`),
    signal,
  };
}

function print(outcome: Outcome, json: boolean, { out }: Terminal): void {
  if (json) out(`${JSON.stringify(outcome.json)}\n`);
  else if (outcome.text) out(`${outcome.text.trimEnd()}\n`);
}

function printError(cause: unknown, json: boolean, { out, err, env }: Terminal): number {
  const error = cause instanceof MergewayError ? cause : unforeseen(cause);
  const { code, message, remedy } = error;

  err(`${code} ${message}\n${remedy}\n`);
  if (env.MERGEWAY_DEBUG && cause instanceof Error) err(`${traceOf(cause)}\n`);
  if (json) out(`${JSON.stringify({ error: { code, message, remedy } })}\n`);
  return error.exit;
}

/** Errors of the operating system name the file and what is wrong with it; everything else is a fault of ours. */
function unforeseen(cause: unknown): MergewayError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const isSystem = cause instanceof Error && 'syscall' in cause;
  return new MergewayError(isSystem ? 'MW_SYSTEM' : 'MW_INTERNAL', firstLine(message), { cause });
}

function traceOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${traceOf(error.cause)}` : '';
  return `${error.stack}${cause}`;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}
