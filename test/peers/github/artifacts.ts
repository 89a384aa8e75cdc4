// Artifacts: zip files on disk with their digests. A name is taken once per run unless it is overwritten.
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hub } from './hub.ts';
import type { Artifact, Run } from './model.ts';

export interface NewArtifact {
  readonly run: Run;
  readonly job: string;
  readonly name: string;
  readonly zip: Uint8Array;
  readonly overwrite: boolean;
}

const FORBIDDEN = /["<>:|*?\r\n\\/]/;

export async function keepArtifact(
  hub: Hub,
  { run, job, name, zip, overwrite }: NewArtifact,
): Promise<Artifact> {
  const { artifacts } = run.repository;
  if (FORBIDDEN.test(name)) throw new Error(`The artifact name is not valid: ${name}`);
  const same = [...artifacts.values()].find((artifact) => artifact.run === run && artifact.name === name);
  if (same && !overwrite)
    throw new Error(
      `Failed to CreateArtifact: Received non-retryable error: (409) Conflict: an artifact with this name already exists on the workflow run`,
    );
  if (same) artifacts.delete(same.id);

  const id = hub.nextId();
  const folder = join(hub.folder, 'artifacts');
  const file = join(folder, `${id}.zip`);
  await mkdir(folder, { recursive: true });
  await writeFile(file, zip);
  const digest = `sha256:${createHash('sha256').update(zip).digest('hex')}`;
  const artifact = { id, name, run, job, file, size: zip.length, digest, createdAt: hub.now() };
  artifacts.set(id, artifact);
  return artifact;
}
