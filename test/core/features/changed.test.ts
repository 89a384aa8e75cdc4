import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedColumns } from '#core/features/changed.ts';
import { defaultsOf } from '#core/features/defaults.ts';
import { serviceFrom } from '#test/support/features.ts';
import { DEFAULTS, DEFINITIONS } from '#test/support/skew.ts';

function made(definitions = DEFINITIONS, defaults: Readonly<Record<string, number>> = DEFAULTS) {
  const service = serviceFrom(definitions);
  return { service, defaults: defaultsOf(service, defaults) };
}

for (const { name, now, changed } of [
  { name: 'nothing', now: made(), changed: {} },
  {
    name: 'the ttl of a view: its features',
    now: made(DEFINITIONS.replace('ttl: 3h', 'ttl: 4h')),
    changed: { temp: 'changed', gust: 'changed', runway: 'changed' },
  },
  {
    name: 'a source: its features, and expressions over them',
    now: made(DEFINITIONS.replace('arrivals.parquet', 'landings.parquet')),
    changed: { mean_delay: 'changed', per_mile: 'changed' },
  },
  {
    name: 'an expression',
    now: made(DEFINITIONS.replace('expr: departs.getHours(),', 'expr: departs.getHours() + 1,')),
    changed: { hour: 'changed' },
  },
  { name: 'a default', now: made(DEFINITIONS, { ...DEFAULTS, gust: 1 }), changed: { gust: 'changed' } },
  {
    name: 'the created-timestamp cut-off: where a source says when rows were written',
    now: made(DEFINITIONS.replace('per_mile]}', 'per_mile], filter_by_created_timestamp: false}')),
    changed: { mean_delay: 'changed', per_mile: 'changed' },
  },
  {
    name: 'a feature more',
    now: made(
      DEFINITIONS.replace(
        'on_demand:',
        "on_demand:\n  - {name: half, expr: 'temp / 2.0', dtype: Float64}",
      ).replace('per_mile]', 'per_mile, half]'),
    ),
    changed: { half: 'new' },
  },
]) {
  test(`what changes with ${name} is known by column`, () => {
    assert.deepEqual(Object.fromEntries(changedColumns(now, made())), changed);
  });
}

test('without features before all are new', () => {
  assert.deepEqual([...new Set(changedColumns(made(), undefined).values())], ['new']);
});
