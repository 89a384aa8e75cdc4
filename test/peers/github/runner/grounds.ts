// Where a job runs: folders of its own for work, home and temporary files, and a tool cache that outlives it.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '../model.ts';

export interface Grounds {
  readonly work: string;
  readonly workspace: string;
  readonly home: string;
  readonly temp: string;
  readonly logs: string;
  readonly toolCache: string;
}

export async function makeGrounds(folder: string, toolCache: string, job: Job): Promise<Grounds> {
  const root = join(folder, 'jobs', String(job.id));
  const { name } = job.run.repository;
  const work = join(root, 'work', name);
  const grounds = {
    work,
    workspace: join(work, name),
    home: join(root, 'home'),
    temp: join(root, 'temp'),
    logs: join(folder, 'logs', String(job.run.id), String(job.id)),
    toolCache,
  };
  await Promise.all(Object.values(grounds).map((path) => mkdir(path, { recursive: true })));
  return grounds;
}

/** Everything but the logs goes. */
export async function clearGrounds(folder: string, job: Job): Promise<void> {
  await rm(join(folder, 'jobs', String(job.id)), { recursive: true, force: true, maxRetries: 3 });
}
