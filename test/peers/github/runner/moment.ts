// One step about to run, and the process that it becomes.
import { mkdir } from 'node:fs/promises';
import { githubVariables, runnerVariables } from './environment.ts';
import type { Situation } from './expressions.ts';
import { applyFileCommands, openFileCommands } from './file-commands.ts';
import type { StepLog } from './log.ts';
import { pathOf, type Scope, type Session } from './session.ts';
import type { StepSpec } from './workflow.ts';

export type Outputs = Record<string, string>;

/** One step about to run: everything it may look at. */
export interface Moment {
  readonly session: Session;
  readonly scope: Scope;
  readonly spec: StepSpec;
  readonly env: Record<string, string>;
  readonly situation: Situation;
  readonly log: StepLog;
  readonly signal: AbortSignal;
  /** How many composite actions this step is within. */
  readonly depth: number;
  /** Runs one step of the composite action that this step uses. */
  readonly runNested: (scope: Scope, spec: StepSpec) => Promise<unknown>;
}

/** Runs a process in the step's environment and takes in what it wrote for the runner. The exit code. */
export async function execute(
  moment: Moment,
  what: { command: string; args: readonly string[]; cwd: string; more?: Record<string, string> },
  keep: (outputs: Outputs) => void,
): Promise<number> {
  const { session, log, signal } = moment;
  const commands = await openFileCommands(session.grounds.temp);
  await mkdir(what.cwd, { recursive: true });
  const env = { ...variablesOf(moment), ...what.more, ...commands.variables };
  const { command, args, cwd } = what;
  const code = await session.processes.run({
    command,
    args,
    cwd,
    env,
    signal,
    onLine: (line) => log.line(line),
  });
  keep(await applyFileCommands(session, commands, log));
  return code;
}

/** The whole environment of a process. Defaults win: nobody overrides GITHUB_* or RUNNER_*. */
function variablesOf({ session, scope, env }: Moment): Record<string, string> {
  const { grounds, services, github } = session;
  const chosen = { ...session.env, ...scope.env, ...env };
  return {
    ...services.runnerEnv,
    ...runnerVariables(grounds),
    ...chosen,
    ...githubVariables(github),
    ...(scope.actionPath && { GITHUB_ACTION_PATH: scope.actionPath }),
    PATH: chosen.PATH ?? pathOf(session),
  };
}
