/** Repositories for tests, made by the real git with a configuration of their own. */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Lifetime, temporaryFolder } from './folder.ts';

const run = promisify(execFile);

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** git's output in this folder, trimmed. The tester's own configuration is left out. */
export async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run('git', ['-C', folder, ...args], { env: environment(folder) });
  return stdout.trim();
}

/** As `git`, for several commands: a shell starts them in a fraction of the time that a process with a test's memory takes. */
export async function shell(folder: string, script: string, ...args: readonly string[]): Promise<string> {
  const options = { cwd: folder, env: environment(folder) };
  const { stdout } = await run('sh', ['-ec', script, 'sh', ...args], options);
  return stdout.trim();
}

function environment(folder: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
    GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
  };
}

/** A new repository with branch `main` and no commit; removed after the test. */
export async function repository(t: Lifetime): Promise<string> {
  const folder = await temporaryFolder(t);
  await git(folder, 'init', '--quiet', '--template=', '--initial-branch=main');
  return folder;
}

/** Replaces what is checked out by exactly these files and links, and commits; returns the commit's id. */
export async function commit(folder: string, files: Files, links: Files = {}): Promise<string> {
  if (existsSync(join(folder, '.git/index')))
    await git(folder, 'rm', '-r', '--quiet', '--ignore-unmatch', '.');
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  for (const [path, target] of Object.entries(links)) await symlink(String(target), join(folder, path));
  return shell(folder, COMMIT);
}

const COMMIT = `git add --all .
git -c maintenance.auto=false commit --quiet --allow-empty --message=files
git rev-parse HEAD`;

/** Makes a hook that leaves the file `hooked` beside the repository when it runs. */
export async function trap(folder: string, hook: string, witness: string): Promise<void> {
  const path = join(folder, '.git', 'hooks', hook);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\ntouch '${witness}'\n`);
  await chmod(path, 0o755);
  await rm(witness, { force: true });
}
