// Runs a list of steps: `if`, `run`, `uses`, outputs, `continue-on-error`. A composite action is such a list within a step.

import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { holds, interpolate, resolveTexts, resolveValue } from './expressions.ts';
import type { StepLog } from './log.ts';
import { execute, type Moment, type Outputs } from './moment.ts';
import { type Scope, type Session, type StepResult, situationOf } from './session.ts';
import { useAction } from './use-action.ts';
import type { StepSpec } from './workflow.ts';

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
    const moment = momentOf(at);
    const keep = (written: Outputs) => void Object.assign(outputs, written);
    const code = spec.run === undefined ? await useAction(moment, keep) : await runScript(moment, keep);
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

function momentOf({ session, scope, spec, log, depth }: Attempt): Moment {
  const env = resolveTexts(spec.env, situationOf(session, scope));
  const situation = situationOf(session, scope, env);
  const minutes = Number(resolveValue(spec['timeout-minutes'], situation));
  const signal =
    minutes > 0 ? AbortSignal.any([session.signal, AbortSignal.timeout(minutes * 60_000)]) : session.signal;
  const runNested = (inner: Scope, step: StepSpec) => runStep(session, inner, step, log, depth + 1);
  return { session, scope, spec, env, situation, log, signal, depth, runNested };
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
