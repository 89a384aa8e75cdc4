import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDataLock } from '#core/config/load.ts';
import { rewriteLock } from '#core/intervals/rewrite-lock.ts';

const OLD = 'ab'.repeat(32);
const CHANGES = {
  uri: 'store:data/holdout/new.parquet',
  sha256: 'cd'.repeat(32),
  rows: 24,
  interval: { from: '2026-01-04T00:00:00Z', to: '2026-01-05T00:00:00Z' },
};

function rewritten(text: string): string {
  return rewriteLock({ path: 'data/holdout.lock', text }, CHANGES);
}

for (const { what, text, expected } of [
  {
    what: 'comments, order, quotes and flow style stay',
    text: `# the holdout\ninterval: { from: 2026-01-03T00:00:00Z, to: 2026-01-04T00:00:00Z } # to is not included\nsha256: "${OLD}"\n\nuri: store:old.parquet\nrows: 7\n`,
    expected: `# the holdout\ninterval: { from: 2026-01-04T00:00:00Z, to: 2026-01-05T00:00:00Z } # to is not included\nsha256: "${CHANGES.sha256}"\n\nuri: store:data/holdout/new.parquet\nrows: 24\n`,
  },
  {
    what: 'what was not there is added',
    text: `uri: data/train.parquet\nsha256: ${OLD}\nsource: {parts: store:labels, time: at}\n`,
    expected: `uri: store:data/holdout/new.parquet\nsha256: ${CHANGES.sha256}\nsource: {parts: store:labels, time: at}\nrows: 24\ninterval: {from: 2026-01-04T00:00:00Z, to: 2026-01-05T00:00:00Z}\n`,
  },
  {
    what: 'an interval over several lines stays one',
    text: `uri: old.parquet\nsha256: ${OLD}\ninterval:\n  from: 2026-01-03T00:00:00Z\n  to: 2026-01-04T00:00:00Z # left out\n`,
    expected: `uri: store:data/holdout/new.parquet\nsha256: ${CHANGES.sha256}\ninterval:\n  from: 2026-01-04T00:00:00Z\n  to: 2026-01-05T00:00:00Z # left out\nrows: 24\n`,
  },
]) {
  test(what, () => {
    assert.equal(rewritten(text), expected);
  });
}

for (const { what, text } of [
  {
    what: 'anchors that other values hang on',
    text: `uri: &uri store:old\nsha256: ${OLD}\nsource: {parts: *uri, time: at}\n`,
  },
  {
    what: 'an interval by alias',
    text: `uri: store:old\nsha256: ${OLD}\nsource: {parts: &i store:old, time: at}\ninterval: {from: *i, to: *i}\n`,
  },
  { what: 'JSON', text: JSON.stringify({ uri: 'store:old', sha256: OLD }) },
]) {
  test(`${what}: the lock says what it must all the same`, () => {
    const before = parseDataLock({ path: '', text });

    assert.deepEqual(parseDataLock({ path: '', text: rewritten(text) }), { ...before, ...CHANGES });
  });
}

test('rewriting what was rewritten changes nothing', () => {
  const once = rewritten(`uri: old.parquet # here\nsha256: ${OLD}\n`);

  assert.equal(rewritten(once), once);
});
