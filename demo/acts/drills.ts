/**
 * Crash drills: the App dies by SIGKILL between a merge and the end of the canary. Started again it ends where it would have
 * ended; gone for good, the serving process returns to the champion by itself within the lease.
 */

import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { merge } from '../pull-request.ts';
import { CHECKOUT, MODEL, type Stage } from '../stage.ts';
import { until } from '../watch.ts';
import type { Act } from './act.ts';
import { judge } from './line.ts';
import { watchRollout } from './rollout.ts';

export const killedApp: Act = {
  name: 'the App killed during a canary resumes it',
  expected: 'promoted',
  async play(stage) {
    const number = await mergeReseeded(stage, 8);
    await stage.story.step('kill -9', async () => {
      await canaryInTraffic(stage);
      await stage.killApp();
      return 'the App is gone while the canary takes traffic';
    });
    await stage.story.step('start again', async () => {
      await stage.startApp();
      return 'the App reads its rollout from its database';
    });
    return watchRollout(stage, number);
  },
};

export const deadApp: Act = {
  name: 'the App killed for good leaves the champion',
  expected: 'champion alone within the lease',
  async play(stage) {
    await mergeReseeded(stage, 9);
    await stage.story.step('kill -9', async () => {
      await canaryInTraffic(stage);
      await stage.killApp();
      return 'nobody renews the lease any more';
    });
    let alone = false;
    await stage.story.step('serving', async () => {
      const reading = await until(
        'the lease to lapse',
        async () => {
          const now = await readTraffic(stage);
          return now.canary === undefined ? now : undefined;
        },
        stage.leaseMs + 2000,
      );
      alone = reading.lapsed;
      return 'the lease lapsed; the champion takes all traffic';
    });
    return alone ? 'champion alone within the lease' : 'the canary left otherwise';
  },
};

/** The better model trained with another seed: as good, other bytes. Opened, judged and merged. */
async function mergeReseeded(stage: Stage, seed: number): Promise<number> {
  const files = join(stage.folder, `reseeded-${seed}`);
  await cp(join(CHECKOUT, 'demo/changes/better/files'), files, { recursive: true });
  const config = join(files, 'models', MODEL, 'model.yaml');
  await writeFile(config, (await readFile(config, 'utf8')).replace(/seed: \d+/, `seed: ${seed}`));

  const { number } = await judge(
    stage,
    { title: `Train with seed ${seed}`, body: 'The same model from another seed.', branch: `seed-${seed}` },
    files,
  );
  await stage.story.step('merge', async () => {
    const { merged, message } = await merge(stage, number);
    if (!merged) throw new Error(`#${number} was not merged: ${message}`);
    return message;
  });
  return number;
}

interface Reading {
  readonly canary?: string;
  readonly lapsed: boolean;
  readonly counts: { readonly canary: { readonly units: number } };
}

async function canaryInTraffic(stage: Stage): Promise<void> {
  stage.setTraffic('full');
  await until('the canary to take traffic', async () => {
    const { canary, counts } = await readTraffic(stage);
    return canary !== undefined && counts.canary.units > 0 ? true : undefined;
  });
}

async function readTraffic(stage: Stage): Promise<Reading> {
  const response = await fetch(new URL(`/admin/models/${MODEL}/traffic`, stage.servingUrl), {
    headers: { authorization: `Bearer ${stage.adminToken}` },
  });
  return (await response.json()) as Reading;
}
