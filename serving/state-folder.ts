/**
 * The last plan of every model, a file each, so that a restarted server knows its champions. A file is written beside its place,
 * flushed and renamed: after a crash there is the old plan or the new one, never half of one.
 */

import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelName } from '#core/config/model.ts';
import type { TrafficPlan } from '#core/ports/traffic.ts';
import { TrafficPlanJson } from '#core/wire/serving-admin.ts';
import { errorText, type Log } from './log.ts';

export interface StateFolder {
  save(model: string, plan: TrafficPlan): Promise<void>;
  /** Every plan that can be read; files that can not are named in the log and left where they are. */
  plans(): Promise<ReadonlyMap<string, TrafficPlan>>;
}

/** Keeps plans in `folder`, which is created when it is missing. */
export async function openStateFolder(folder: string, log: Log): Promise<StateFolder> {
  await mkdir(folder, { recursive: true });

  async function save(model: string, plan: TrafficPlan): Promise<void> {
    const path = join(folder, `${ModelName.parse(model)}.json`);
    const file = await open(`${path}.new`, 'w', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(plan, undefined, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
    await syncFolder(folder);
  }

  async function plans(): Promise<ReadonlyMap<string, TrafficPlan>> {
    const found = new Map<string, TrafficPlan>();
    for (const file of await readdir(folder)) {
      if (!file.endsWith('.json')) continue;
      try {
        const text = await readFile(join(folder, file), 'utf8');
        found.set(ModelName.parse(file.slice(0, -'.json'.length)), TrafficPlanJson.parse(JSON.parse(text)));
      } catch (error) {
        log('error', 'state file ignored: it is no traffic plan', {
          file,
          reason: errorText(error).slice(0, 300),
        });
      }
    }
    return found;
  }

  return { save, plans };
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
