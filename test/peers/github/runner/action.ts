// An `action.yml`, and where `uses:` finds it: in the workspace, or in a copy of the checkout under test.
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Services, Session } from './session.ts';

const run = promisify(execFile);
const Scalar = z.union([z.string(), z.number(), z.boolean()]);

const Action = z.object({
  name: z.string().optional(),
  inputs: z
    .record(z.string(), z.object({ default: Scalar.nullish(), required: z.boolean().optional() }).nullable())
    .nullish(),
  outputs: z.record(z.string(), z.object({ value: z.string().optional() }).nullable()).nullish(),
  runs: z.object({
    using: z.string(),
    main: z.string().optional(),
    steps: z.array(z.record(z.string(), z.unknown())).optional(),
  }),
});
export type Action = z.infer<typeof Action>;

export interface LocatedAction {
  readonly folder: string;
  readonly action: Action;
}

/** Finds and reads the action of a `uses:` line. Throws a sentence for the log when it isn't there. */
export async function locateAction(session: Session, uses: string): Promise<LocatedAction> {
  const folder = uses.startsWith('./') ? inWorkspace(session, uses) : await remoteFolder(session, uses);
  for (const name of ['action.yml', 'action.yaml']) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
    if (text !== undefined) return { folder, action: Action.parse(parse(text)) };
  }
  throw new Error(
    `Can't find 'action.yml' under '${folder}'. Did you forget to run actions/checkout before running your local action?`,
  );
}

function inWorkspace({ grounds }: Session, uses: string): string {
  return join(grounds.workspace, normalize(`/${uses}`));
}

async function remoteFolder(session: Session, uses: string): Promise<string> {
  const { actionsRepository } = session.services;
  const [name = '', ref = ''] = uses.split('@');
  const wanted = `${actionsRepository}/`;
  if (!`${name}/`.startsWith(wanted) || ref === '')
    throw new Error(
      `Unable to resolve action '${uses}': the stand-in knows ${actionsRepository} and GitHub's own checkout, setup and artifact actions`,
    );
  const copy = await once(jobCopies, session, () => jobCopy(session));
  return join(copy, normalize(`/${`${name}/`.slice(wanted.length)}`));
}

const masters = new WeakMap<Services, Promise<string>>();
const jobCopies = new WeakMap<Session, Promise<string>>();

function once<K extends object>(made: WeakMap<K, Promise<string>>, key: K, make: () => Promise<string>) {
  const promise = made.get(key) ?? make();
  made.set(key, promise);
  return promise;
}

/**
 * The actions run from a copy, each job's own, as a runner runs them from a download: a step that installs, changes or
 * deletes something there harms neither the checkout nor another job. Each package of `node_modules` is a link, so
 * nothing is installed again.
 */
async function jobCopy({ services, grounds }: Session): Promise<string> {
  const { folder, actionsCheckout, actionsRepository } = services;
  const master = await once(masters, services, () => makeCopy(actionsCheckout, join(folder, 'actions')));
  const target = join(grounds.work, '..', '_actions', actionsRepository, 'v1');
  await mkdir(dirname(target), { recursive: true });
  await run('cp', ['-a', master, target]);
  return target;
}

async function makeCopy(checkout: string, target: string): Promise<string> {
  await mkdir(target, { recursive: true });
  for (const file of await sourceFiles(checkout)) {
    await mkdir(dirname(join(target, file)), { recursive: true });
    await cp(join(checkout, file), join(target, file), { verbatimSymlinks: true });
  }
  await linkPackages(join(checkout, 'node_modules'), join(target, 'node_modules'));
  return target;
}

/** Tracked files and new ones that git doesn't ignore, less those deleted. */
async function sourceFiles(checkout: string): Promise<string[]> {
  const list = (...args: string[]) =>
    run('git', ['-C', checkout, 'ls-files', '-z', ...args], { maxBuffer: 64 * 1024 * 1024 });
  const [{ stdout }, { stdout: deleted }] = await Promise.all([
    list('--cached', '--others', '--exclude-standard'),
    list('--deleted'),
  ]);
  const gone = new Set(deleted.split('\0'));
  return stdout.split('\0').filter((file) => file !== '' && !gone.has(file));
}

/** Links packages one by one: deleting `node_modules` of the copy then deletes links, never what they lead to. */
async function linkPackages(from: string, to: string): Promise<void> {
  const names = await readdir(from).catch(() => []);
  if (names.length === 0) return;
  await mkdir(to, { recursive: true });
  for (const name of names) {
    if (name === '.cache') continue;
    if (name.startsWith('@')) await linkPackages(join(from, name), join(to, name));
    else await symlink(join(from, name), join(to, name));
  }
}
