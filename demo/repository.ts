/** The user's repository: made from the quickstart template, changed on branches, pushed to the stand-in. */

import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';

const run = promisify(execFile);

/** What a change in `demo/changes/<name>/change.yaml` says of itself. */
export interface Change {
  readonly title: string;
  readonly body: string;
  readonly branch: string;
}

/** A clone in which the demo's author works. */
export interface WorkingCopy {
  readonly folder: string;
  /** Makes the demo's own small changes again after files were laid over. */
  adjust(): Promise<void>;
  /** Commits everything on the current branch and pushes it; returns the commit. */
  push(message: string): Promise<string>;
  /** A fresh branch from the remote's main. */
  branch(name: string): Promise<void>;
}

const AUTHOR = {
  GIT_AUTHOR_NAME: 'author',
  GIT_AUTHOR_EMAIL: 'author@example.test',
  GIT_COMMITTER_NAME: 'author',
  GIT_COMMITTER_EMAIL: 'author@example.test',
};

/** A new repository with one commit on `main`, made of the given folders laid over one another, pushed to `gitUrl`. */
export async function createWorkingCopy(
  folder: string,
  gitUrl: string,
  layers: readonly Layer[],
  adjust: (folder: string) => Promise<void>,
): Promise<WorkingCopy> {
  await mkdir(folder, { recursive: true });
  await git(folder, 'init', '--quiet', '--initial-branch=main');
  await git(folder, 'remote', 'add', 'origin', gitUrl);
  const copy = workingCopy(folder, adjust);
  for (const { from, to = '.', without = [] } of layers) {
    await cp(from, join(folder, to), { recursive: true });
    for (const path of without) await rm(join(folder, to, path), { recursive: true });
  }
  await adjust(folder);
  await copy.push('A repository for models');
  return copy;
}

/** A folder (or file) that is copied to `to`, but for the paths in `without`. */
export interface Layer {
  readonly from: string;
  readonly to?: string;
  readonly without?: readonly string[];
}

/** Reads what a change in `demo/changes` says of itself. */
export async function readChange(folder: string): Promise<Change> {
  return parse(await readFile(join(folder, 'change.yaml'), 'utf8')) as Change;
}

/** Lays files over the working copy on a branch of its own and pushes it. */
export async function pushChange(copy: WorkingCopy, change: Change, files: string): Promise<void> {
  await copy.branch(change.branch);
  await cp(files, copy.folder, { recursive: true });
  await copy.adjust();
  await copy.push(change.title);
}

function workingCopy(folder: string, adjust: (folder: string) => Promise<void>): WorkingCopy {
  return {
    folder,
    adjust: () => adjust(folder),
    async push(message) {
      await git(folder, 'add', '--all');
      await git(folder, 'commit', '--quiet', '--message', message);
      await git(folder, 'push', '--quiet', 'origin', 'HEAD');
      return git(folder, 'rev-parse', 'HEAD');
    },
    async branch(name) {
      await git(folder, 'fetch', '--quiet', 'origin');
      await git(folder, 'checkout', '--quiet', '-b', name, 'origin/main');
    },
  };
}

async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run('git', ['-c', 'core.hooksPath=/dev/null', ...args], {
    cwd: folder,
    env: { ...process.env, ...AUTHOR, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  });
  return stdout.trim();
}
