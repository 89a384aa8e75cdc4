import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GateResult } from '#core/gates/result.ts';
import { renderCheck } from '#core/report/check.ts';
import type { Verdict } from '#core/verdict.ts';

const passed = result({ status: 'pass', reason: 'roc_auc is 0.80' });
const failed = result({ status: 'fail', reason: 'roc_auc is 0.60' });
const open = result({ status: 'inconclusive', reason: 'roc_auc is 0.7', wouldSettle: '4,000 rows' });
const skipped = result({
  status: 'skipped',
  reason: 'first version: there is no champion',
  because: 'no champion yet',
});
const reported = result({ status: 'skipped', reason: 'f1 is 0.4; no limit set', because: 'no limit' });

for (const { name, results, required, conclusion, title } of [
  {
    name: 'passed gates are a success',
    results: [passed, skipped, passed, reported],
    conclusion: 'success',
    title: '2 passed, 1 skipped (no champion yet), 1 reported only',
  },
  {
    name: 'one failure fails all',
    results: [passed, open, failed],
    conclusion: 'failure',
    title: '1 passed, 1 failed, 1 could not tell: roc_auc is 0.60',
  },
  {
    name: 'could not tell asks for action, never neutral',
    results: [passed, open],
    conclusion: 'action_required',
    title: '1 passed, 1 could not tell: roc_auc is 0.7',
  },
  {
    name: 'nothing to judge lets a required check pass',
    results: [skipped],
    conclusion: 'success',
    title: '1 skipped (no champion yet)',
  },
  {
    name: 'nothing to judge is skipped where the check is not required',
    results: [skipped],
    required: false,
    conclusion: 'skipped',
    title: '1 skipped (no champion yet)',
  },
  { name: 'no gates, no complaint', results: [], conclusion: 'success', title: 'Nothing to judge' },
] as const) {
  test(name, () => {
    const check = renderCheck(results, { required: required ?? true });

    assert.equal(check.conclusion, conclusion);
    assert.equal(check.title, title);
  });
}

test('the summary says what would settle what could not be told', () => {
  assert.match(
    renderCheck([open]).summary,
    /❔ \*\*roc_auc\*\* could not tell: roc_auc is 0\.7\. What would settle it: 4,000 rows\./,
  );
});

test('a summary of very many results says how many it leaves out', () => {
  const { summary } = renderCheck(Array.from({ length: 5000 }, () => passed));

  assert.ok(summary.length < 65_535);
  assert.match(summary, /…and \d+ more$/);
});

function result(verdict: Verdict): GateResult {
  return { gate: 'benchmark', name: 'roc_auc', subject: 'roc_auc', verdict, estimate: null, limit: null };
}
