import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryTags } from '#adapters/memory/annotated-tags.ts';
import { digestOf } from '#core/digest.ts';
import { sealEntry, verifyChain } from '#core/ledger/chain.ts';
import type { LedgerDraft } from '#core/ledger/entry.ts';
import { tagLedger } from '#core/ledger/tag-ledger.ts';
import { readTagNote, writeTagNote } from '#core/ledger/tag-note.ts';

const COMMIT = 'a'.repeat(40);
const NOON = Date.UTC(2026, 0, 2, 12);

const DRAFT: LedgerDraft = {
  id: 'canary/credit/1',
  action: 'canary',
  model: 'credit',
  version: 'v0.0.1',
  digest: digestOf('a model'),
  commit: COMMIT,
  actor: 'ada',
  evidence: [digestOf('evidence')],
  before: null,
  pullRequest: 7,
  reason: 'line one\nline "two" \u0000 Zoë\n# three',
  at: '2026-01-02T12:00:00.000Z',
};

test('an entry survives the way through a tag message, which starts with a sentence', () => {
  const entry = sealEntry(DRAFT, undefined);

  const message = `${writeTagNote(entry)}\n`;

  assert.deepEqual(readTagNote(message), entry);
  const [sentence, blank] = message.split('\n');
  assert.match(sentence ?? '', /^Canary credit v0\.0\.1 by ada: line one line "two"/);
  assert.equal(blank, '');
  assert.equal(
    message.split('\n').some((line) => line.startsWith('#')),
    false,
  );
});

for (const { name, message } of [
  { name: 'without an entry', message: 'Release 1.0' },
  { name: 'with broken JSON', message: 'x\n\nMergeway-Ledger: {"id":' },
  { name: 'with JSON of another shape', message: 'x\n\nMergeway-Ledger: {"id":1}' },
  { name: 'with null', message: 'x\n\nMergeway-Ledger: null' },
  {
    name: 'of 40,000 characters',
    message: `${writeTagNote(sealEntry(DRAFT, undefined))}\n${'x'.repeat(40_000)}`,
  },
]) {
  test(`a message ${name} carries no entry`, () => {
    assert.equal(readTagNote(message), undefined);
  });
}

test('entries chain through the tags that carry them, and an id that is there is found again', async () => {
  const tags = memoryTags();
  const ledger = tagLedger(tags);
  const first = await ledger.append(DRAFT);
  assert.deepEqual(await ledger.entries(), [], 'nothing is persisted before the tag is');

  await tags.create({ name: 'credit#canary#1', commit: COMMIT, message: writeTagNote(first), at: NOON });
  const second = await ledger.append({ ...DRAFT, id: 'production/credit/1', action: 'production' });
  await tags.create({ name: 'credit#production#2', commit: COMMIT, message: writeTagNote(second), at: NOON });

  assert.deepEqual(await ledger.append({ ...DRAFT, actor: 'somebody else' }), first);
  assert.deepEqual(await ledger.entries(), [first, second]);
  assert.ok(verifyChain(await ledger.entries()).ok);
});

test('notes on tags that are not GTO’s are no entries', async () => {
  const tags = memoryTags();
  const note = writeTagNote(sealEntry(DRAFT, undefined));

  await tags.create({ name: 'release-1', commit: COMMIT, message: note, at: NOON });

  assert.deepEqual(await tagLedger(tags).entries(), []);
});

test('two writers at once leave a fork that verification shows', async () => {
  const tags = memoryTags();
  const ledger = tagLedger(tags);
  const first = await ledger.append(DRAFT);
  const rival = await ledger.append({ ...DRAFT, id: 'canary/churn/1', model: 'churn' });
  await tags.create({ name: 'credit#canary#1', commit: COMMIT, message: writeTagNote(first), at: NOON });
  await tags.create({ name: 'churn#canary#1', commit: COMMIT, message: writeTagNote(rival), at: NOON });

  assert.equal(verifyChain(await ledger.entries()).ok, false);
});
