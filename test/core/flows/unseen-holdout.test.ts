import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memorySourceTree } from '#adapters/memory/source-tree.ts';
import { collectEvaluation } from '#core/flows/collect-evaluation.ts';
import { collectTraining } from '#core/flows/collect-training.ts';
import { requireUnseen } from '#core/flows/unseen-holdout.ts';
import { modelConfig } from '#test/support/evaluation.ts';
import { baseFiles, memoryLine } from '#test/support/line.ts';

const SOURCE = 'source: { parts: "store:labels", time: at }\n';

function lock(file: string, from: string, to: string, source = SOURCE): string {
  const sha256 = file.repeat(64).slice(0, 64);
  return `uri: data/${file}.parquet\nsha256: ${sha256}\ninterval: { from: ${from}, to: ${to} }\n${source}`;
}

const JANUARY = ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'] as const;
const FEBRUARY = ['2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z'] as const;

for (const { name, train, holdout, refused } of [
  { name: 'ends where the holdout begins', train: lock('a', ...JANUARY), holdout: lock('b', ...FEBRUARY) },
  { name: 'begins where the holdout ends', train: lock('a', ...FEBRUARY), holdout: lock('b', ...JANUARY) },
  {
    name: 'reaches a millisecond into the holdout',
    train: lock('a', JANUARY[0], '2026-02-01T00:00:00.001Z'),
    holdout: lock('b', ...FEBRUARY),
    refused: /train\.lock ends at 2026-02-01T00:00:00\.001Z, after the begin \(2026-02-01T00:00:00Z\) of/,
  },
  {
    name: 'ends at the same instant of another time zone',
    train: lock('a', JANUARY[0], '2026-01-31T19:00:00-05:00'),
    holdout: lock('b', ...FEBRUARY),
  },
  {
    name: 'is the holdout',
    train: lock('b', ...JANUARY, ''),
    holdout: lock('b', ...FEBRUARY, ''),
    refused: /train\.lock names the same file as data\/holdout\.lock/,
  },
  {
    name: 'is another part of a random split of the same time',
    train: lock('a', ...JANUARY, ''),
    holdout: lock('b', ...JANUARY, ''),
  },
]) {
  test(`training data that ${name} is ${refused ? 'refused' : 'let through'}`, async () => {
    const source = memorySourceTree();
    const base = source.commit({ 'data/holdout.lock': holdout });
    const head = source.commit(
      { 'data/train.lock': train, 'data/holdout.lock': train },
      { branch: 'feature' },
    );
    const config = modelConfig('{}');
    const check = requireUnseen(source, { config, head, holdout: base });

    if (refused) await assert.rejects(check, { code: 'MW_HOLDOUT_SEEN', message: refused });
    else await check;
  });
}

test('a pull request that trains on the holdout of its base is refused, however good its numbers', async () => {
  const line = memoryLine(baseFiles({ 'data/holdout.lock': lock('b', ...JANUARY) }));
  const { head } = line.push({ 'data/train.lock': lock('a', JANUARY[0], FEBRUARY[1]) });
  await collectTraining(line.workspace, await line.trained());

  await collectEvaluation(line.workspace, await line.evaluated({ rocAuc: 0.99 }));

  const check = line.forge.check(head.sha, 'mergeway');
  assert.equal(check?.conclusion, 'failure');
  assert.match(check?.summary ?? '', /MW_HOLDOUT_SEEN/);
});
