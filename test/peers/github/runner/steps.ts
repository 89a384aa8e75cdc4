// Runs a list of steps: `if`, `run`, `uses`, outputs, `continue-on-error`. A composite action is such a list within a step.

import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Action, locateAction } from './action.ts';
import { builtins } from './builtins/index.ts';
import { addresses, githubVariables, runnerVariables } from './environment.ts';
import { holds, interpolate, resolveTexts, resolveValue, type Situation } from './expressions.ts';
import { applyFileCommands, openFileCommands } from './file-commands.ts';
import type { StepLog } from './log.ts';
import { runtimeToken } from './runtime-token.ts';
import { pathOf, type Scope, type Session, type StepResult, situationOf } from './session.ts';
import type { StepSpec } from './workflow.ts';

type Outputs = Record<string, string>;

/** One step about to run: everything it may look at. */
interface Moment {
  readonly session: Session;
  readonly scope: Scope;
  readonly spec: StepSpec;
  readonly env: Record<string, string>;
  readonly situation: Situation;
  readonly log: StepLog;
  readonly signal: AbortSignal;
}

/** Nested composite actions deeper than this are a loop. */
const MAX_DEPTH = 10;
const SHELLS: Readonly<Record<string, readonly string[]>> = {
  bash: ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '{0}'],
  sh: ['sh', '-e', '{0}'],
  python: ['python', '{0}'],
};
/** What GitHub runs when a step names no shell. */
const DEFAULT_SHELL = ['bash', '-e', '{0}'];

/** Runs or skips one step and records its result under its id. */
export async function runStep(
  session: Session,
  scope: Scope,
  spec: StepSpec,
  log: StepLog,
  depth = 0,
): Promise<StepResult> {
  const outputs: Outputs = {};
  const outcome = await attempt({ session, scope, spec, log, depth }, outputs);
  const conclusion = outcome === 'failure' && isForgiven(session, scope, spec) ? 'success' : outcome;
  const result: StepResult = { outputs, outcome, conclusion };
  if (spec.id) scope.steps[spec.id] = result;
  if (conclusion === 'failure') scope.failed = true;
  return result;
}

interface Attempt {
  readonly session: Session;
  readonly scope: Scope;
  readonly spec: StepSpec;
  readonly log: StepLog;
  readonly depth: number;
}

/** What came of the step; its outputs are filled in even when it failed. */
async function attempt(at: Attempt, outputs: Outputs): Promise<StepResult['outcome']> {
  const { session, scope, spec, log } = at;
  try {
    if (!holds(spec.if, situationOf(session, scope))) return 'skipped';
    const moment = momentOf(session, scope, spec, log);
    const keep = (written: Outputs) => void Object.assign(outputs, written);
    const code =
      spec.run === undefined ? await useAction(moment, at.depth, keep) : await runScript(moment, keep);
    if (code === 0) return 'success';
    if (session.isCancelled()) return 'cancelled';
    const timedOut = moment.signal.aborted;
    log.line(
      timedOut ? '::error::The action has timed out.' : `::error::Process completed with exit code ${code}.`,
    );
  } catch (error) {
    log.line(`::error::${error instanceof Error ? error.message : String(error)}`);
  }
  return 'failure';
}

/** `continue-on-error`: the outcome stays a failure, the conclusion is none. */
function isForgiven(session: Session, scope: Scope, spec: StepSpec): boolean {
  const value = resolveValue(spec['continue-on-error'], situationOf(session, scope));
  return value === true || value === 'true';
}

function momentOf(session: Session, scope: Scope, spec: StepSpec, log: StepLog): Moment {
  const env = resolveTexts(spec.env, situationOf(session, scope));
  const situation = situationOf(session, scope, env);
  const minutes = Number(resolveValue(spec['timeout-minutes'], situation));
  const signal =
    minutes > 0 ? AbortSignal.any([session.signal, AbortSignal.timeout(minutes * 60_000)]) : session.signal;
  return { session, scope, spec, env, situation, log, signal };
}

async function runScript(moment: Moment, keep: (outputs: Outputs) => void): Promise<number> {
  const { session, spec, situation, log } = moment;
  const { grounds, defaults } = session;
  const script = interpolate(spec.run ?? '', situation);
  const file = join(grounds.temp, `${randomUUID()}.sh`);
  await writeFile(file, script);
  const shell = spec.shell ?? defaults.shell;
  const [command = 'bash', ...args] = (shell ? (SHELLS[shell] ?? shell.split(' ')) : DEFAULT_SHELL).map(
    (part) => part.replace('{0}', file),
  );
  const folder = interpolate(spec['working-directory'] ?? defaults['working-directory'] ?? '.', situation);
  for (const line of script.trimEnd().split('\n')) log.write(`$ ${line}`);
  return execute(moment, { command, args, cwd: resolve(grounds.workspace, folder) }, keep);
}

async function execute(
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

async function useAction(moment: Moment, depth: number, keep: (outputs: Outputs) => void): Promise<number> {
  const { session, spec, situation, log, env } = moment;
  if (depth > MAX_DEPTH) throw new Error('Actions use each other in a loop');
  const uses = spec.uses ?? '';
  const given = resolveTexts(spec.with, situation);
  log.write(`Run ${uses}`);
  for (const [name, value] of Object.entries(given)) log.write(`  ${name}: ${value}`);

  const builtin = builtins[uses.split('@')[0] ?? ''];
  if (builtin) {
    keep(await builtin({ session, inputs: given, log, env, signal: moment.signal }));
    return 0;
  }
  const { folder, action } = await locateAction(session, uses);
  const inputs = inputsOf(action, given, situation);
  if (action.runs.using === 'composite') return runComposite(moment, { folder, action, inputs, depth }, keep);
  if (/^node\d+$/.test(action.runs.using)) return runNode(moment, { folder, action, inputs }, keep);
  throw new Error(`Actions that use '${action.runs.using}' are not supported`);
}

/** Given inputs over defaults; a missing required one is only a warning on GitHub, so it is none here. */
function inputsOf(action: Action, given: Outputs, situation: Situation): Outputs {
  const defaults = Object.entries(action.inputs ?? {}).map(([name, input]) => [
    name.toLowerCase(),
    input?.default ?? '',
  ]);
  const chosen = Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]);
  return { ...resolveTexts(Object.fromEntries(defaults), situation), ...Object.fromEntries(chosen) };
}

interface ActionCall {
  readonly folder: string;
  readonly action: Action;
  readonly inputs: Outputs;
}

async function runComposite(
  { session, scope, env, log }: Moment,
  { folder, action, inputs, depth }: ActionCall & { depth: number },
  keep: (outputs: Outputs) => void,
): Promise<number> {
  const inner: Scope = {
    steps: {},
    inputs,
    env: { ...scope.env, ...env },
    actionPath: folder,
    failed: false,
  };
  for (const [at, spec] of (action.runs.steps ?? []).entries()) {
    const step = spec as StepSpec;
    if (step.run !== undefined && step.shell === undefined)
      throw new Error(`Required property is missing: shell (step ${at + 1} of ${folder})`);
    await runStep(session, inner, step, log, depth + 1);
  }
  const declared = Object.entries(action.outputs ?? {}).map(([name, output]) => [name, output?.value ?? '']);
  keep(resolveTexts(Object.fromEntries(declared), situationOf(session, inner)));
  return inner.failed ? 1 : 0;
}

/** JavaScript actions alone are told where the artifact service is, as on GitHub. */
function runNode(
  moment: Moment,
  { folder, action, inputs }: ActionCall,
  keep: (outputs: Outputs) => void,
): Promise<number> {
  const { session } = moment;
  const given = Object.entries(inputs).map(([name, value]) => [
    `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
    value,
  ]);
  const { api } = addresses(session.services.hub.url);
  const more = {
    ...Object.fromEntries(given),
    ACTIONS_RESULTS_URL: `${api}/`,
    ACTIONS_RUNTIME_TOKEN: runtimeToken(session.job),
    GITHUB_ACTION_PATH: folder,
  };
  const main = join(folder, action.runs.main ?? 'index.js');
  return execute(
    moment,
    { command: process.execPath, args: [main], cwd: session.grounds.workspace, more },
    keep,
  );
}
