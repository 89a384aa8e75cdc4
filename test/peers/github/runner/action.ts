// An `action.yml`, and where `uses:` finds it: in the workspace, or in a copy of the checkout under test.
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, stat } from 'node:fs/promises';
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
  const folder = uses.startsWith('./')
    ? inWorkspace(session, uses)
    : await remoteFolder(session.services, uses);
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

async function remoteFolder(services: Services, uses: string): Promise<string> {
  const [name = '', ref = ''] = uses.split('@');
  const wanted = `${services.actionsRepository}/`;
  if (!`${name}/`.startsWith(wanted) || ref === '')
    throw new Error(
      `Unable to resolve action '${uses}': the stand-in knows ${services.actionsRepository} and GitHub's own checkout, setup and artifact actions`,
    );
  const copy = await copyOfCheckout(services);
  return join(copy, normalize(`/${`${name}/`.slice(wanted.length)}`));
}

const copies = new WeakMap<Services, Promise<string>>();

/**
 * The actions run from a copy, as a runner runs them from a download: a step that installs or deletes there
 * can't harm the checkout. Made once; `node_modules` is linked file by file, so nothing is installed again.
 */
function copyOfCheckout(services: Services): Promise<string> {
  const known = copies.get(services);
  if (known) return known;
  const copy = makeCopy(
    services.actionsCheckout,
    join(services.folder, '_actions', services.actionsRepository, 'v1'),
  );
  copies.set(services, copy);
  return copy;
}

async function makeCopy(checkout: string, target: string): Promise<string> {
  await mkdir(target, { recursive: true });
  for (const file of await sourceFiles(checkout)) {
    await mkdir(dirname(join(target, file)), { recursive: true });
    await cp(join(checkout, file), join(target, file), { verbatimSymlinks: true });
  }
  const modules = join(checkout, 'node_modules');
  if (await stat(modules).catch(() => undefined)) await linkFolder(modules, join(target, 'node_modules'));
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

async function linkFolder(from: string, to: string): Promise<void> {
  try {
    await run('cp', ['-al', from, to]);
  } catch {
    await run('cp', ['-a', from, to]);
  }
}
