/** docs/drift.md and the registry name the same measures. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { driftMeasures } from '#core/drift/index.ts';

test('every measure has a row in docs/drift.md, and every row a measure', () => {
  const rows = readFileSync('docs/drift.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((line) =>
    [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );

  assert.deepEqual(named.toSorted(), Object.keys(driftMeasures).toSorted());
});
