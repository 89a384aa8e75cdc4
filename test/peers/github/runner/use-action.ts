// `uses:`: one of GitHub's own actions, a composite action, or a JavaScript action.
import { join } from 'node:path';
import { type Action, locateAction } from './action.ts';
import { builtins } from './builtins/index.ts';
import { addresses } from './environment.ts';
import { resolveTexts, type Situation } from './expressions.ts';
import { execute, type Moment, type Outputs } from './moment.ts';
import { runtimeToken } from './runtime-token.ts';
import { type Scope, situationOf } from './session.ts';
import type { StepSpec } from './workflow.ts';

/** Nested composite actions deeper than this are a loop. */
const MAX_DEPTH = 10;

/** Runs the action; its exit code is 0 or the step has failed. */
export async function useAction(moment: Moment, keep: (outputs: Outputs) => void): Promise<number> {
  const { session, spec, situation, log, env, depth } = moment;
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
  if (action.runs.using === 'composite') return runComposite(moment, { folder, action, inputs }, keep);
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
  { session, scope, env, runNested }: Moment,
  { folder, action, inputs }: ActionCall,
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
    await runNested(inner, step);
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
