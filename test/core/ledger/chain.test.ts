import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf, digestOfJson } from '#core/digest.ts';
import { type ChainFault, sealEntry, verifyChain } from '#core/ledger/chain.ts';
import type { LedgerDraft, LedgerEntry } from '#core/ledger/entry.ts';

function draft(n: number): LedgerDraft {
  return {
    id: `canary/credit/${n}`,
    action: 'canary',
    model: 'credit',
    version: `v0.0.${n}`,
    digest: digestOf(`model ${n}`),
    commit: 'a'.repeat(40),
    actor: 'ada',
    evidence: [],
    before: null,
    reason: 'merged',
    at: '2026-01-02T12:00:00.000Z',
  };
}

function chain(length: number): readonly LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  for (let n = 1; n <= length; n++) entries.push(sealEntry(draft(n), entries.at(-1)));
  return entries;
}

const [FIRST, SECOND, THIRD, FOURTH] = chain(4) as [LedgerEntry, LedgerEntry, LedgerEntry, LedgerEntry];

test('an entry is sealed with its place, the hash before it and the hash of its canonical JSON', () => {
  assert.equal(FIRST.sequence, 0);
  assert.equal(FIRST.previous, null);
  assert.equal(SECOND.sequence, 1);
  assert.equal(SECOND.previous, FIRST.hash);
  const { hash, ...body } = SECOND;
  assert.equal(hash, digestOfJson(body));
});

test('an untouched chain is whole, an empty one too', () => {
  assert.deepEqual(verifyChain([FIRST, SECOND, THIRD]), { ok: true, entries: 3, head: THIRD.hash });
  assert.deepEqual(verifyChain([]), { ok: true, entries: 0, head: null });
});

const forged = sealEntry({ ...draft(2), actor: 'mallory' }, FIRST);

for (const { name, entries, sequence, what } of [
  {
    name: 'a changed reason',
    entries: [FIRST, { ...SECOND, reason: 'because' }, THIRD],
    sequence: 1,
    what: 'hash',
  },
  { name: 'a missing entry', entries: [FIRST, SECOND, FOURTH], sequence: 2, what: 'gap' },
  { name: 'a missing first entry', entries: [SECOND, THIRD], sequence: 0, what: 'gap' },
  { name: 'a doubled entry', entries: [FIRST, SECOND, SECOND], sequence: 2, what: 'sequence' },
  { name: 'swapped entries', entries: [FIRST, THIRD, SECOND], sequence: 1, what: 'gap' },
  {
    name: 'an entry sealed anew in the middle',
    entries: [FIRST, forged, THIRD],
    sequence: 2,
    what: 'previous',
  },
  {
    name: 'a fork: two entries sealed onto one',
    entries: [FIRST, SECOND, forged],
    sequence: 2,
    what: 'sequence',
  },
] satisfies { name: string; entries: LedgerEntry[]; sequence: number; what: ChainFault }[]) {
  test(`${name} shows as ${what} at ${sequence}`, () => {
    const check = verifyChain(entries);

    assert.ok(!check.ok);
    assert.equal(check.sequence, sequence);
    assert.equal(check.what, what);
  });
}
