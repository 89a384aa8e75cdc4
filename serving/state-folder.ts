/**
 * The last plan of every model, a file each, so that a restarted server knows its champions. A file is written beside its place,
 * flushed and renamed: after a crash there is the old plan or the new one, never half of one. One server per folder: two would
 * take turns in overwriting each other's champions.
 */

import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { takeLock } from '#adapters/system/folder-lock.ts';
import { ModelName } from '#core/config/model.ts';
import { MergewayError } from '#core/errors.ts';
import type { TrafficPlan } from '#core/ports/traffic.ts';
import { TrafficPlanJson } from '#core/wire/serving-admin.ts';
import { errorText, type Log } from './log.ts';
import { replaceFile } from './replace-file.ts';

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
      await replaceFile(path, `${JSON.stringify(plan, undefined, 2)}\n`);
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
