import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takingTurns } from '#core/turns.ts';

test('work of one key happens one after the other, that of others at the same time', async () => {
  const turns = takingTurns();
  const seen: string[] = [];
  const work = (name: string) => async () => {
    seen.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(`${name} ends`);
    return name;
  };

  const all = await Promise.all([
    turns('a', work('first')),
    turns('a', work('second')),
    turns('b', work('other')),
  ]);

  assert.deepEqual(all, ['first', 'second', 'other']);
  assert.ok(seen.indexOf('second begins') > seen.indexOf('first ends'));
  assert.ok(seen.indexOf('other begins') < seen.indexOf('first ends'));
});

test('work that fails keeps nobody waiting', async () => {
  const turns = takingTurns();

  await assert.rejects(
    turns('a', () => Promise.reject(new Error('broken'))),
    /broken/,
  );

  assert.equal(await turns('a', async () => 'next'), 'next');
});
