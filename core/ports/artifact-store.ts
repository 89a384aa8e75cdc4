/** Bytes by digest: candidates and evidence. Embedded: an OCI image layout in a folder. */

import type { Digest } from '../digest.ts';

export interface ArtifactAbout {
  /** Media type of the bytes, such as `application/onnx` or `application/vnd.in-toto+json`. */
  readonly mediaType: string;
  /** Searchable facts; keys in reverse-DNS form, such as `dev.mergeway.input-digest`. */
  readonly annotations: Readonly<Record<string, string>>;
}

export interface StoredArtifact extends ArtifactAbout {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

export interface ArtifactStore {
  /** Stores bytes under their digest; storing them again with other annotations adds a description. Safe for concurrent writers. MW_SYSTEM where it can't be written. */
  put(bytes: Uint8Array, about: ArtifactAbout): Promise<Digest>;
  /** The bytes, checked against the digest. MW_ARTIFACT_NOT_FOUND, MW_ARTIFACT_CORRUPT. */
  get(digest: Digest): Promise<Uint8Array>;
  /** Whether the bytes are there. */
  has(digest: Digest): Promise<boolean>;
  /** Artifacts that carry all these annotations, oldest first. */
  find(annotations: Readonly<Record<string, string>>): Promise<readonly StoredArtifact[]>;
}
