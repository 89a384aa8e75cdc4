/** A crash after any effect, followed by what a restart does, ends where an undisturbed run ends. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectEvaluation } from '#core/flows/collect-evaluation.ts';
import { collectTraining } from '#core/flows/collect-training.ts';
import { queueMerge } from '#core/flows/queue-merge.ts';
import type { Workspace } from '#core/flows/workspace.ts';
import { verifyChain } from '#core/ledger/chain.ts';
import { countErrors, runToEnd } from '#test/support/controller.ts';
import { type Line, memoryLine, NUMBER, onnxNamed } from '#test/support/line.ts';

/** Methods that change something somewhere. */
const EFFECTS: readonly string[] = [
  'append',
  'apply',
  'assign',
  'bind',
  'createDeployment',
  'dispatch',
  'end',
  'markApplied',
  'put',
  'queue',
  'register',
  'renew',
  'save',
  'saveState',
  'setDeployment',
  'settle',
  'start',
  'tell',
  'unassign',
  'upsertCheck',
  'upsertComment',
];

type Method = (...values: unknown[]) => unknown;

class Crash extends Error {}

for (const { name, errors } of [
  { name: 'a promotion', errors: { champion: 3, canary: 0 } },
  { name: 'a rollback', errors: { champion: 0, canary: 20 } },
]) {
  test(`${name} that crashes after any of its effects ends as an undisturbed one`, async () => {
    const undisturbed = crashing(Number.POSITIVE_INFINITY);
    const expected = await playStory(errors, undisturbed);
    assert.ok(undisturbed.effects > 30, `${undisturbed.effects} effects are too few to be the story`);

    for (let after = 1; after <= undisturbed.effects; after++) {
      const actual = await playStory(errors, crashing(after));

      assert.deepEqual(actual, expected, `after effect ${after}`);
    }
  });
}

/** The second version of a model, from its pull request to the end of its rollout. Each part is told again after a crash. */
async function playStory(
  errors: { readonly champion: number; readonly canary: number },
  crash: Crashing,
): Promise<object> {
  const line = await withChampion();
  const workspace = crash.around(line.workspace);

  line.push({ 'src/train.py': 'second()' });
  const training = await line.trained({ onnx: onnxNamed('second') });
  await again(() => collectTraining(workspace, training));
  const evaluation = await line.evaluated();
  await again(() => collectEvaluation(workspace, evaluation));
  line.merge();
  await again(() => queueMerge(workspace, { number: NUMBER, actor: 'rita' }));
  await again(() => runToEnd(line, { workspace, before: () => countErrors(line, errors) }));
  return endOf(line);
}

async function again(part: () => Promise<void>): Promise<void> {
  try {
    await part();
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    await part();
  }
}

async function withChampion(): Promise<Line> {
  const line = memoryLine();
  line.push({ 'src/train.py': 'first()' });
  await collectTraining(line.workspace, await line.trained({ onnx: onnxNamed('first') }));
  await collectEvaluation(line.workspace, await line.evaluated());
  line.merge();
  await queueMerge(line.workspace, { number: NUMBER, actor: 'rita' });
  await runToEnd(line);
  return line;
}

/** What people and servers see at the end. */
async function endOf({ workspace, forge, traffic }: Line): Promise<object> {
  const { stages, versions } = await workspace.registry.state('credit');
  const entries = await workspace.ledger.entries();
  const { head } = await forge.pullRequest(NUMBER);
  const [rollout] = await workspace.store.rollouts.recent(1);
  return {
    production: stages.production?.version,
    canary: stages.canary?.version,
    versions: versions.map(({ version, digest }) => ({ version, digest })),
    ledger: entries.map(({ action, version, before, actor }) => ({ action, version, before, actor })),
    chain: verifyChain(entries).ok,
    traffic: traffic.applied.at(-1)?.plan,
    phase: rollout?.state?.phase,
    deployments: forge.deployments.map(({ statuses }) => statuses.at(-1)?.state),
    check: forge.check(head.sha, 'mergeway')?.conclusion,
    comments: forge.comments.map(({ body }) => body.match(/<!-- mergeway:\w+/)?.[0]),
  };
}

interface Crashing {
  /** Effects so far. */
  readonly effects: number;
  around(workspace: Workspace): Workspace;
}

/** Throws once, right after the effect of that number was done. */
function crashing(after: number): Crashing {
  let effects = 0;

  function wrapped<T extends object>(port: T): T {
    return new Proxy(port, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof value === 'function') return wrappedMethod(target, String(key), value as Method);
        return typeof value === 'object' && value !== null ? wrapped(value) : value;
      },
    });
  }

  function wrappedMethod(target: object, name: string, method: Method): Method {
    if (name === 'traffic') return (url) => wrapped(method.call(target, url) as object);
    if (!EFFECTS.includes(name)) return method.bind(target);
    return async (...values) => {
      const result = await method.apply(target, values);
      effects += 1;
      if (effects === after) throw new Crash(`after ${name}`);
      return result;
    };
  }

  return {
    get effects() {
      return effects;
    },
    around: (workspace) => wrapped(workspace),
  };
}
