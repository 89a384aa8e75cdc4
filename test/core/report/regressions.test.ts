import assert from 'node:assert/strict';
import { test } from 'node:test';
import { regressionTables } from '#core/report/regressions.ts';

const loss = { point: 0.03, low: 0.02, high: 0.04 };

test('slices with their intervals, rows with what they cost, hostile names escaped', () => {
  const text = regressionTables({
    slices: [
      { slice: '@team | x', metric: 'roc_auc', loss },
      { slice: 'few', metric: 'roc_auc', loss: { point: 0.2, low: -0.05, high: 0.45 } },
    ],
    rows: { measure: 'log_loss', worse: 1234, rows: [{ key: '<b>7', candidate: 1.6, champion: 0.7 }] },
  });

  assert.equal(
    text,
    `| slice | metric | candidate is worse by (95 %) | clear of 0 |
| --- | :-- | :-- | :-- |
| @&#8203;team &#124; x | roc_auc | +0.0300 [+0.0200, +0.0400] | **yes** |
| few | roc_auc | +0.2000 [−0.0500, +0.4500] | no |

Each interval stands for itself: of 40 slices that lost nothing, about one is clear of 0 by chance.

1,234 rows cost the candidate more than the champion; the largest losses:

| row | candidate: log loss | champion |
| --- | :-- | :-- |
| &#60;b&#62;7 | 1.600 | 0.7000 |`,
  );
});

test('rows that must not be named are counted', () => {
  const text = regressionTables({
    slices: [],
    rows: { measure: 'log_loss', worse: 1, rows: [], hidden: 'the contract restricts the key, id' },
  });

  assert.equal(
    text,
    '1 row costs the candidate more than the champion; none is named: the contract restricts the key, id.',
  );
});

test('nothing lost, nothing shown', () => {
  assert.equal(regressionTables({ slices: [], rows: { measure: 'log_loss', worse: 0, rows: [] } }), '');
});
