/**
 * Artifacts in a folder that any OCI tool can read: bytes as blobs, and a small manifest per description, listed in
 * `index.json`. Several processes may write at once; a crash at any point leaves a readable layout.
 */

import { join } from 'node:path';
import { type Digest, parseDigest } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';
import type { ArtifactAbout, ArtifactStore, StoredArtifact } from '#core/ports/artifact-store.ts';
import { blobsIn } from './blobs.ts';
import { sweepDrafts } from './files.ts';
import { indexFileIn } from './index-file.ts';
import {
  artifactOf,
  type Descriptor,
  descriptorOf,
  EMPTY_CONFIG,
  Manifest,
  manifestBytes,
  parseDocument,
} from './layout.ts';

/** Largest artifact that is stored or read unless told otherwise, in bytes. */
const MAX_BYTES = 2 * 1024 ** 3;

/** How long a writer waits for others. */
const PATIENCE_MS = 20_000;

export interface OciLayoutOptions {
  /** Cap on one artifact, in bytes. */
  readonly maxBytes?: number;
  /** How long to wait for other writers, in milliseconds. */
  readonly patienceMs?: number;
}

/** The OCI image layout in `folder`, made by the first `put`. MW_STORE_BUSY when other writers do not let go, MW_SYSTEM when it can't be written. */
export function ociLayoutStore(
  folder: string,
  { maxBytes = MAX_BYTES, patienceMs = PATIENCE_MS }: OciLayoutOptions = {},
): ArtifactStore {
  const blobs = blobsIn(folder, maxBytes);
  const index = indexFileIn(folder, patienceMs);

  return {
    async put(bytes, about) {
      try {
        return await write(bytes, about);
      } catch (cause) {
        if (cause instanceof MergewayError || !(cause instanceof Error && 'code' in cause)) throw cause;
        throw new MergewayError('MW_SYSTEM', `${folder} can not be written: ${String(cause.code)}`, {
          cause,
        });
      }
    },
    get: (digest) => blobs.read(digest),
    has: (digest) => blobs.has(digest),
    async find(annotations) {
      const wanted = Object.entries(annotations);
      const found: StoredArtifact[] = [];
      for (const descriptor of await index.descriptors()) {
        const carried = descriptor.annotations ?? {};
        if (!wanted.every(([key, value]) => carried[key] === value)) continue;
        const artifact = await readManifest(descriptor);
        if (artifact) found.push(artifact);
      }
      return found;
    },
  };

  async function write(bytes: Uint8Array, about: ArtifactAbout): Promise<Digest> {
    await sweepDrafts(join(folder, '.tmp'));
    const digest = await blobs.write(bytes);
    await blobs.write(EMPTY_CONFIG);
    const manifest = manifestBytes(digest, bytes.byteLength, about);
    await blobs.write(manifest);
    await index.add(descriptorOf(manifest, about));
    return digest;
  }

  async function readManifest({ digest: name }: Descriptor): Promise<StoredArtifact | undefined> {
    const digest = parseDigest(name);
    if (!digest) return undefined;
    const bytes = await blobs.read(digest);
    return artifactOf(
      parseDocument(Manifest, bytes, `${folder} ${digest}`, 'delete the blob and put it again'),
    );
  }
}
