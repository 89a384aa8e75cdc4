import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findings } from '#core/statistics/corrected.ts';

// Worked out by hand at .025: Holm asks for .025/4, .025/3 …, Benjamini and Hochberg for .025·1/4, .025·2/4 …
const P_VALUES = [0.02, 0.006, 0.011, 0.6];

for (const { procedure, kept } of [
  { procedure: 'holm', kept: [false, true, false, false] },
  { procedure: 'benjamini-hochberg', kept: [false, true, true, false] },
  { procedure: 'none', kept: [true, true, true, false] },
] as const) {
  test(`of four findings ${procedure} keeps ${kept.filter(Boolean).length}`, () => {
    assert.deepEqual(findings(P_VALUES, { procedure, alpha: 0.025 }), kept);
  });
}

test('a finding that is alone is not corrected, and none stay none', () => {
  assert.deepEqual(findings([0.024], { procedure: 'holm', alpha: 0.025 }), [true]);
  assert.deepEqual(findings([], { procedure: 'benjamini-hochberg', alpha: 0.025 }), []);
});
