/** `mergeway monitor` with feature definitions: each window's served features against the same computed offline. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { digestOf } from '#core/digest.ts';
import type { MonitorPredicate } from '#core/evidence/monitor.ts';
import { serialize } from '#core/evidence/statement.ts';
import { profileStatement } from '#core/profile/of-evaluation.ts';
import { jsonOf, mergeway } from '#test/support/command-line.ts';
import { profile } from '#test/support/profile.ts';
import { DEFINITIONS, type Fault, serve, skewFiles } from '#test/support/skew.ts';
import { modelText } from '#test/support/skew-world.ts';

const OFFLINE = ['--definitions', 'features.yaml', '--service', 'v1'];

/** Two windows of five days; the sources end with the second. */
async function skewIn(t: TestContext, fault: Fault, args: readonly string[]) {
  const { folder } = await skewFiles(t, serve(fault));
  await writeFile(join(folder, 'features.yaml'), DEFINITIONS);
  await writeFile(join(folder, 'model.yaml'), modelText());
  await writeFile(join(folder, 'profile.json'), serialize(profileStatement(profile(), digestOf('model'))));
  const ran = await mergeway(
    [
      ...['monitor', '--profile', 'profile.json', '--predictions', 'log.parquet', '--policy', 'model.yaml'],
      ...['--every', '5d', '--json', ...args],
    ],
    { cwd: folder },
  );
  const { windows = [], error } = jsonOf(ran) as {
    readonly windows?: readonly MonitorPredicate[];
    readonly error?: { readonly code: string };
  };
  const found = windows.map(({ checks, sources }) => ({
    sources,
    skew: checks
      .filter(({ kind, verdict }) => kind === 'skew' && verdict !== 'pass')
      .map(({ subject, verdict, reason }) => ({ subject, verdict, reason })),
  }));
  return { ...ran, found, error };
}

test('windows without skew pass, one whose sources end too early could not tell', async (t) => {
  const { found } = await skewIn(t, {}, OFFLINE);

  assert.deepEqual(
    found.map(({ skew }) => skew.map(({ subject, verdict }) => `${subject} ${verdict}`)),
    [[], [], ['v1 inconclusive']],
  );
  assert.deepEqual(
    found.slice(0, 2).map(({ sources }) => sources?.until),
    ['2013-06-04T00:00:00Z', '2013-06-09T00:00:00Z'],
  );
  assert.match(
    found[2]?.skew[0]?.reason ?? '',
    /weather\.parquet ends at .*, the window at 2013-06-14T00:00:00Z/,
  );
});

test('skew is an alarm: exit code 1, with the column and the cause', async (t) => {
  const { code, found } = await skewIn(t, { defaults: { gust: 25 } }, OFFLINE);

  assert.equal(code, 1);
  const [service, gust] = found[1]?.skew ?? [];
  assert.deepEqual([service?.subject, service?.verdict], ['v1', 'fail']);
  assert.deepEqual([gust?.subject, gust?.verdict], ['gust', 'fail']);
  assert.match(gust?.reason ?? '', /transformation: a default is filled differently/);
});

test('a policy that asks for skew without definitions to compute it by is told so', async (t) => {
  const { found } = await skewIn(t, {}, []);

  assert.deepEqual(found[0]?.skew, [
    {
      subject: 'features',
      verdict: 'inconclusive',
      reason: 'not compared: --definitions and --service would settle it',
    },
  ]);
});

test('definitions without a service are refused with MW_USAGE', async (t) => {
  const { error } = await skewIn(t, {}, ['--definitions', 'features.yaml']);

  assert.equal(error?.code, 'MW_USAGE');
});
