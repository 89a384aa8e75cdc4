/** Temporary folders that go when the test ends, or with the file's last one. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext } from 'node:test';

/** Whose end something waits for. */
export type Lifetime = Pick<TestContext, 'after'>;

/** A new empty folder; removed after the test. */
export async function temporaryFolder(t: Lifetime): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mergeway-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The lifetime of all tests of a file, for what is made once and copied. To be called outside of them. */
export function ofThisFile(): Lifetime {
  const ends: (() => unknown)[] = [];
  after(async () => {
    for (const end of ends) await end();
  });
  return { after: (end) => void ends.push(end as () => unknown) };
}
