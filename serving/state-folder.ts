/**
 * The last plan of every model, a file each, so that a restarted server knows its champions. A file is written beside its place,
 * flushed and renamed: after a crash there is the old plan or the new one, never half of one. One server per folder: two would
 * take turns in overwriting each other's champions.
 */

import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { takeLock } from '#adapters/system/folder-lock.ts';
import { ModelName } from '#core/config/model.ts';
import { MergewayError } from '#core/errors.ts';
import type { TrafficPlan } from '#core/ports/traffic.ts';
import { TrafficPlanJson } from '#core/wire/serving-admin.ts';
import { errorText, type Log } from './log.ts';

export interface StateFolder {
  /** MW_SYSTEM when the plan can't be written. */
  save(model: string, plan: TrafficPlan): Promise<void>;
  /** The plan of every model, undefined where its file can't be read: the file is named in the log and left where it is. */
  plans(): Promise<ReadonlyMap<string, TrafficPlan | undefined>>;
  /** Lets another server have the folder. */
  close(): Promise<void>;
}

/** Keeps plans in `folder`, which is created when it is missing. MW_STATE_LOCKED while another server has it. */
export async function openStateFolder(folder: string, log: Log): Promise<StateFolder> {
  await mkdir(folder, { recursive: true });
  const lockFile = join(folder, 'server.lock');
  const lock = await takeLock(
    lockFile,
    (owner) => new MergewayError('MW_STATE_LOCKED', `${lockFile} is held by ${owner}`),
  );

  async function save(model: string, plan: TrafficPlan): Promise<void> {
    const path = join(folder, `${ModelName.parse(model)}.json`);
    try {
      await replace(path, `${JSON.stringify(plan, undefined, 2)}\n`);
    } catch (cause) {
      throw new MergewayError('MW_SYSTEM', `${path} can not be written: ${errorText(cause)}`, { cause });
    }
  }

  async function plans(): Promise<ReadonlyMap<string, TrafficPlan | undefined>> {
    const found = new Map<string, TrafficPlan | undefined>();
    for (const file of await readdir(folder)) {
      const model = ModelName.safeParse(file.replace(/\.json$/, ''));
      if (file.endsWith('.json') && model.success)
        found.set(model.data, await planIn(join(folder, file), log));
    }
    return found;
  }

  return { save, plans, close: lock.release };
}

async function planIn(path: string, log: Log): Promise<TrafficPlan | undefined> {
  try {
    return TrafficPlanJson.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    log('error', 'state file is no traffic plan: its model is not ready until a plan comes', {
      file: path,
      reason: errorText(error).slice(0, 300),
    });
    return undefined;
  }
}

/** Puts the text at `path` as a whole, flushed. */
async function replace(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  await syncFolder(dirname(path));
}

/** Without this a crash of the machine may forget the rename. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
