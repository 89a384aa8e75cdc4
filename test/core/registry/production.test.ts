import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '#core/digest.ts';
import { sealEntry } from '#core/ledger/chain.ts';
import type { LedgerDraft, LedgerEntry } from '#core/ledger/entry.ts';
import type { ModelState } from '#core/ports/model-registry.ts';
import { isKnown, proofsOf, provenProduction } from '#core/registry/production.ts';

const ONE = { model: 'flights', version: 'v0.0.1', commit: '1'.repeat(40), digest: digestOf('one'), at: 0 };
const TWO = { model: 'flights', version: 'v0.0.2', commit: '2'.repeat(40), digest: digestOf('two'), at: 1 };

const PROMOTED_ONE = said('production', ONE);
const PROMOTED_TWO = said('production', TWO);
const BOTH = chain(PROMOTED_ONE, PROMOTED_TWO);

test('the version that the ledger gave production last is served, with its commit and digest', () => {
  const { version, commit, digest } = TWO;

  assert.deepEqual(provenProduction(held(TWO), proofsOf(BOTH)), { version, commit, digest, byHand: false });
});

test('a model whose production nobody holds has none', () => {
  assert.equal(provenProduction({ ...held(ONE), stages: {} }, proofsOf(BOTH)), undefined);
});

for (const { name, entries } of [
  { name: 'an older version, moved back by hand', entries: BOTH },
  { name: 'a canary that somebody put through by hand', entries: chain(said('canary', ONE)) },
]) {
  test(`${name}, is served, and is said to be moved by hand`, () => {
    const production = provenProduction(held(ONE), proofsOf(entries));

    assert.deepEqual([production?.version, production?.byHand], ['v0.0.1', true]);
  });
}

for (const { name, holder = ONE, entries } of [
  { name: 'an empty ledger', entries: [] },
  { name: 'a digest that was not promoted', holder: { ...ONE, digest: digestOf('evil') }, entries: BOTH },
  { name: 'a commit that it was not promoted at', holder: { ...ONE, commit: '3'.repeat(40) }, entries: BOTH },
  {
    name: 'a version that it was not promoted as',
    holder: { ...ONE, version: 'v9.0.0' },
    entries: BOTH,
  },
  {
    name: 'an entry of another model',
    entries: chain(said('production', { ...ONE, model: 'delays' })),
  },
  { name: 'nothing but its rollback', entries: chain(said('rollback', ONE)) },
]) {
  test(`a version with ${name} is unproven`, () => {
    assert.throws(() => provenProduction(held(holder), proofsOf(entries)), {
      code: 'MW_VERSION_UNPROVEN',
      message: /holds production with sha256:.*no entry of the ledger says/,
    });
  });
}

test('a version without a digest is unproven', () => {
  const { digest: _, ...bare } = ONE;

  assert.throws(() => provenProduction(held(bare), proofsOf(BOTH)), { code: 'MW_VERSION_UNPROVEN' });
});

test('entries before a break of the chain prove, those after it do not, and the reason says so', () => {
  const [first, second] = BOTH as [LedgerEntry, LedgerEntry];
  const broken = proofsOf([first, { ...second, reason: 'mine' }]);

  assert.equal(provenProduction(held(ONE), broken)?.version, 'v0.0.1');
  assert.throws(() => provenProduction(held(TWO), broken), {
    code: 'MW_VERSION_UNPROVEN',
    message: /the ledger is broken: entry 1 .* was changed after it was sealed/,
  });
});

test('a second entry in one place of the chain proves nothing', () => {
  const rival = sealEntry(said('production', { ...TWO, digest: digestOf('evil') }), BOTH[0]);
  const { entries } = proofsOf([...BOTH, rival]);

  assert.deepEqual(entries, BOTH);
});

test('the ledger knows the models that it tells of', () => {
  const proofs = proofsOf(BOTH);

  assert.deepEqual([isKnown(proofs, 'flights'), isKnown(proofs, 'delays')], [true, false]);
});

type Version = ModelState['versions'][number];

function held(production: Version): ModelState {
  return { model: production.model, versions: [production], stages: { production } };
}

function said(action: LedgerDraft['action'], { at, ...version }: typeof ONE): LedgerDraft {
  return {
    ...version,
    id: `${action}/${version.model}/${version.version}`,
    action,
    actor: 'ada',
    evidence: [],
    before: null,
    reason: 'merged',
    at: new Date(at).toISOString(),
  };
}

function chain(...drafts: readonly LedgerDraft[]): readonly LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  for (const draft of drafts) entries.push(sealEntry(draft, entries.at(-1)));
  return entries;
}
