/** Columns that model.yaml names are compared with contract and training data before anything is trained. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseModelConfig } from '#core/config/load.ts';
import { requireModelColumns } from '#core/contract/model-columns.ts';
import { parseContract } from '#core/contract/odcs.ts';
import { objectOf } from '#core/contract/validate.ts';
import { modelYaml } from '#test/support/model-repository.ts';

const CONTRACT = objectOf(
  parseContract({
    path: 'c.yaml',
    text: `{apiVersion: v3.1.0, kind: DataContract, id: c, version: 1.0.0, schema: [{name: rows, properties: [{name: id}, {name: late}, {name: carrier_size}]}]}`,
  }),
  undefined,
);
const DATA = [{ name: 'x', type: 'DOUBLE' }];

for (const { name, from, to, missing } of [
  {
    name: 'the label',
    from: 'label: late',
    to: 'label: lat',
    missing: /evaluate\.label needs column `lat`; did you mean `late`\?/,
  },
  { name: 'the key', from: 'key: id', to: 'key: flight', missing: /evaluate\.key needs column `flight`/ },
  {
    name: 'the time',
    from: 'key: id',
    to: 'key: id\n  time: at',
    missing: /evaluate\.time needs column `at`/,
  },
  {
    name: 'a group',
    from: 'key: id',
    to: 'key: id\n  groups: [carier_size]',
    missing: /evaluate\.groups needs column `carier_size`; did you mean `carrier_size`\?/,
  },
] as const) {
  test(`${name} that is nowhere is refused`, () => {
    const config = parseModelConfig({ path: 'm.yaml', text: modelYaml().replace(from, to) });

    assert.throws(() => requireModelColumns(config, CONTRACT, DATA), {
      code: 'MW_COLUMN_MISSING',
      message: missing,
    });
  });
}

test("a bias gate's misspelt column is refused", () => {
  const gates = '{bias: [{metric: equalized_odds_difference, by: [carrier_sise]}]}';
  const config = parseModelConfig({ path: 'm.yaml', text: modelYaml({ gates }) });

  assert.throws(() => requireModelColumns(config, CONTRACT, DATA), /gates\.bias needs column `carrier_sise`/);
});

test('columns of the contract, of the data, and groups that only the holdout has are fine', () => {
  const text = modelYaml().replace('key: id', 'key: id\n  groups: [carrier_size, x, religion]');

  requireModelColumns(parseModelConfig({ path: 'm.yaml', text }), CONTRACT, DATA);
});
