import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { openPglite } from '#adapters/pglite/store.ts';
import { temporaryFolder } from '#test/support/folder.ts';

const PROCESS = join(import.meta.dirname, '../../support/inbox-process.ts');
/** Deliveries that each process may acknowledge before it is killed. */
const KILLED_AFTER = [1, 3, 10, 25, 60];

test('nothing that was accepted is lost to kill -9, and all of it is worked in the end', async (t) => {
  const folder = join(await temporaryFolder(t), 'database');
  const accepted: string[] = [];
  for (const [round, count] of KILLED_AFTER.entries()) {
    accepted.push(...(await acceptAndDie(folder, `round${round}`, count)));
  }

  const store = await openPglite(folder);
  t.after(() => store.close());
  await store.inbox.recover();
  await store.inbox.work(async () => {});
  const states = async () => new Map((await store.inbox.recent(10_000)).map((one) => [one.guid, one.state]));
  while ([...(await states()).values()].includes('waiting'))
    await new Promise((resolve) => setImmediate(resolve));

  const done = await states();
  assert.ok(accepted.length >= 99, `${accepted.length} were accepted`);
  assert.deepEqual(
    accepted.filter((guid) => done.get(guid) !== 'done'),
    [],
  );
});

/** Runs the process until it acknowledged so many, kills it, and returns what it acknowledged. */
async function acceptAndDie(folder: string, prefix: string, count: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [PROCESS, folder, prefix], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const accepted: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    accepted.push(line.replace('accepted ', ''));
    if (accepted.length >= count) child.kill('SIGKILL');
  }
  await gone;
  return accepted;
}
