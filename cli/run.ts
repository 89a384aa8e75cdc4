/**
 * One run of the command line: parse, run, print. Results go to stdout, everything else to stderr; with `--json` stdout
 * holds exactly one object, also when the command failed. A stack trace is printed only under MERGEWAY_DEBUG.
 */

import type { CommandSpec, Io, Outcome } from '#actions/command.ts';
import { MergewayError } from '#core/errors.ts';
import { annotationOfError, annotationOfOutcome } from './annotation.ts';
import { inputArguments } from './inputs.ts';
import { parseCommandLine } from './program.ts';
import type { Annotation, Workflow } from './workflow.ts';

/** The process as the command line sees it. */
export interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Present in a job of a workflow. */
  readonly workflow: Workflow | undefined;
}

interface Ending {
  readonly exit: number;
  readonly annotation?: Annotation | undefined;
}

/** Runs a command line; the exit code. Never throws. */
export async function runCommandLine(
  commands: readonly CommandSpec[],
  argv: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const isAction = argv[0] === 'action' && terminal.workflow !== undefined;
  if (!isAction) return (await runOnce(commands, argv, terminal)).exit;

  await terminal.workflow.open();
  // One stream keeps the order: what a command says comes before the runner obeys again.
  const { exit, annotation } = await runOnce(commands, argv, { ...terminal, err: terminal.out });
  await terminal.workflow.close(annotation);
  return exit;
}

async function runOnce(
  commands: readonly CommandSpec[],
  argv: readonly string[],
  terminal: Terminal,
): Promise<Ending> {
  const json = argv.includes('--json');
  try {
    const expanded = inputArguments(commands, argv, terminal.env);
    const parsed = await parseCommandLine(commands, expanded, terminal.env);
    if ('help' in parsed) {
      terminal.out(parsed.help);
      return { exit: 0 };
    }

    const outcome = await parsed.command.run(parsed.options as never, ioOf(terminal, json), parsed.files);
    await terminal.workflow?.handOn(outcome);
    print(outcome, json, terminal);
    return { exit: outcome.exit, annotation: annotationOfOutcome(parsed.command.name, outcome) };
  } catch (cause) {
    const error = cause instanceof MergewayError ? cause : unforeseen(cause);
    printError(error, json, terminal);
    return { exit: error.exit, annotation: annotationOfError(error) };
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

function printError(error: MergewayError, json: boolean, { out, err, env }: Terminal): void {
  const { code, message, remedy } = error;
  err(`${code} ${message}\n${remedy}\n`);
  if (env.MERGEWAY_DEBUG) err(`${traceOf(error)}\n`);
  if (json) out(`${JSON.stringify({ error: { code, message, remedy } })}\n`);
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
