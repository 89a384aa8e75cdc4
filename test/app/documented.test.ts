/** docs/app.md says of the settings and events what the code does. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { handlers } from '#app/handlers/index.ts';
import { Environment } from '#app/options.ts';

const PAGE = await readFile(join(import.meta.dirname, '../../docs/app.md'), 'utf8');

test('the table has every setting, in the order of the code, and its default', () => {
  const rows = [...PAGE.matchAll(/^\| `([A-Z_]+)` +\| (.+?) +\|/gm)].map(([, name, value]) => [name, value]);

  assert.deepEqual(
    rows,
    Object.entries(Environment.shape).map(([name, schema]) => [name, defaultOf(schema.safeParse(undefined))]),
  );
});

test('the events are those that handlers listen to', () => {
  const listed = /^ *Events: (.+?)\./m.exec(PAGE)?.[1] ?? '';

  assert.deepEqual(
    listed.split(', ').sort(),
    [...new Set(handlers.map(({ event }) => `\`${event}\``))].sort(),
  );
});

function defaultOf({ success, data }: { readonly success: boolean; readonly data?: unknown }): string {
  if (!success) return 'needed';
  return data === undefined ? 'none' : `\`${data}\``;
}
