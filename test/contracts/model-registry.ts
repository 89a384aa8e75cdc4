/** What every model registry promises. `make` gives an empty one, and two commits that versions may stand at. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { digestOf } from '#core/digest.ts';
import type { ModelRegistry } from '#core/ports/model-registry.ts';

export interface RegistryFixture {
  readonly registry: ModelRegistry;
  /** Commits that exist, 40 hex digits each. */
  readonly commits: readonly [string, string];
}

const LINEAR = digestOf('a linear model');
const TREES = digestOf('boosted trees');
const NOON = Date.UTC(2026, 0, 2, 12, 0, 0);

export function modelRegistryContract(
  name: string,
  make: (t: TestContext) => RegistryFixture | Promise<RegistryFixture>,
): void {
  test(`${name}: a model that nobody registered has no versions and no stages`, async (t) => {
    const { registry } = await make(t);

    assert.deepEqual(await registry.models(), []);
    assert.deepEqual(await registry.state('credit'), { model: 'credit', versions: [], stages: {} });
  });

  test(`${name}: the first version is v0.0.1, then the patch counts up`, async (t) => {
    const { registry, commits } = await make(t);

    const first = await registry.register({ model: 'credit', commit: commits[0], digest: LINEAR, at: NOON });
    const second = await registry.register({ model: 'credit', commit: commits[1], digest: TREES, at: NOON });

    assert.equal(first.version, 'v0.0.1');
    assert.equal(second.version, 'v0.0.2');
    const { versions } = await registry.state('credit');
    assert.deepEqual(
      versions.map(({ version, commit, digest }) => ({ version, commit, digest })),
      [
        { version: 'v0.0.1', commit: commits[0], digest: LINEAR },
        { version: 'v0.0.2', commit: commits[1], digest: TREES },
      ],
    );
    assert.deepEqual(await registry.models(), ['credit']);
  });

  test(`${name}: the same digest at the same commit is the same version`, async (t) => {
    const { registry, commits } = await make(t);
    const registration = { model: 'credit', commit: commits[0], digest: LINEAR, at: NOON };

    const first = await registry.register(registration);
    const again = await registry.register({ ...registration, at: NOON + 60_000 });

    assert.deepEqual(again, first);
    assert.equal((await registry.state('credit')).versions.length, 1);
  });

  test(`${name}: another digest at a commit that has a version is refused`, async (t) => {
    const { registry, commits } = await make(t);
    await registry.register({ model: 'credit', commit: commits[0], digest: LINEAR, at: NOON });

    const second = registry.register({ model: 'credit', commit: commits[0], digest: TREES, at: NOON });

    await assert.rejects(second, { code: 'MW_VERSION_CONFLICT' });
    assert.equal((await registry.state('credit')).versions.length, 1);
  });

  test(`${name}: models do not share versions or stages`, async (t) => {
    const { registry, commits } = await make(t);
    await registry.register({ model: 'credit', commit: commits[0], digest: LINEAR, at: NOON });
    const churn = await registry.register({ model: 'churn', commit: commits[0], digest: TREES, at: NOON });
    await registry.assign({ model: 'churn', version: 'v0.0.1', stage: 'production', at: NOON });

    assert.equal(churn.version, 'v0.0.1');
    assert.deepEqual(await registry.models(), ['churn', 'credit']);
    assert.deepEqual((await registry.state('credit')).stages, {});
    assert.equal((await registry.state('churn')).stages.production?.digest, TREES);
  });

  test(`${name}: a stage goes to the last version it was given to, within one second too`, async (t) => {
    const { registry, commits } = await make(t);
    await registry.register({ model: 'credit', commit: commits[0], digest: LINEAR, at: NOON });
    await registry.register({ model: 'credit', commit: commits[1], digest: TREES, at: NOON });
    const holders: (string | undefined)[] = [];

    for (const version of ['v0.0.1', 'v0.0.2', 'v0.0.1', 'v0.0.2', 'v0.0.1']) {
      await registry.assign({ model: 'credit', version, stage: 'production', at: NOON });
      holders.push((await registry.state('credit')).stages.production?.version);
    }

    assert.deepEqual(holders, ['v0.0.1', 'v0.0.2', 'v0.0.1', 'v0.0.2', 'v0.0.1']);
  });

  test(`${name}: a stage that is taken away goes back to who held it before`, async (t) => {
    const { registry, commits } = await make(t);
    await registry.register({ model: 'credit', commit: commits[0], digest: LINEAR, at: NOON });
    await registry.register({ model: 'credit', commit: commits[1], digest: TREES, at: NOON });
    await registry.assign({ model: 'credit', version: 'v0.0.1', stage: 'production', at: NOON });
    await registry.assign({ model: 'credit', version: 'v0.0.2', stage: 'canary', at: NOON });
    await registry.assign({ model: 'credit', version: 'v0.0.2', stage: 'production', at: NOON });

    await registry.unassign({ model: 'credit', version: 'v0.0.2', stage: 'production', at: NOON });
    await registry.unassign({ model: 'credit', version: 'v0.0.2', stage: 'canary', at: NOON });

    const { stages } = await registry.state('credit');
    assert.equal(stages.production?.version, 'v0.0.1');
    assert.equal(stages.canary, undefined);
  });

  test(`${name}: taking a stage from a version that does not hold it changes nothing`, async (t) => {
    const { registry, commits } = await make(t);
    await registry.register({ model: 'credit', commit: commits[0], digest: LINEAR, at: NOON });
    await registry.register({ model: 'credit', commit: commits[1], digest: TREES, at: NOON });
    await registry.assign({ model: 'credit', version: 'v0.0.1', stage: 'production', at: NOON });

    await registry.unassign({ model: 'credit', version: 'v0.0.2', stage: 'production', at: NOON });

    assert.equal((await registry.state('credit')).stages.production?.version, 'v0.0.1');
  });

  test(`${name}: a version that is not there takes no stage`, async (t) => {
    const { registry, commits } = await make(t);
    await registry.register({ model: 'credit', commit: commits[0], digest: LINEAR, at: NOON });

    const assigned = registry.assign({ model: 'credit', version: 'v9.9.9', stage: 'canary', at: NOON });

    await assert.rejects(assigned, { code: 'MW_VERSION_NOT_FOUND' });
  });
}
