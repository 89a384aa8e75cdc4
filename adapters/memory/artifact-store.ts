/** Artifacts in memory, for tests. */

import { type Digest, digestOf } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';
import { canonicalJson } from '#core/json.ts';
import type { ArtifactStore, StoredArtifact } from '#core/ports/artifact-store.ts';

export function memoryArtifactStore(): ArtifactStore {
  const blobs = new Map<Digest, Uint8Array>();
  const described = new Map<string, StoredArtifact>();

  return {
    async put(bytes, { mediaType, annotations }) {
      const digest = digestOf(bytes);
      blobs.set(digest, bytes.slice());
      const artifact = { digest, size: bytes.byteLength, mediaType, annotations: { ...annotations } };
      const key = canonicalJson(artifact);
      if (!described.has(key)) described.set(key, artifact);
      return digest;
    },
    async get(digest) {
      const bytes = blobs.get(digest);
      if (!bytes) throw new MergewayError('MW_ARTIFACT_NOT_FOUND', `the store in memory has no ${digest}`);
      return bytes.slice();
    },
    async has(digest) {
      return blobs.has(digest);
    },
    async find(annotations) {
      const wanted = Object.entries(annotations);
      return [...described.values()].filter((artifact) =>
        wanted.every(([key, value]) => artifact.annotations[key] === value),
      );
    },
  };
}
