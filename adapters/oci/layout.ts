/**
 * The documents of an OCI image layout, version 1: index, manifest, descriptors. Fields that other tools added are kept.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
 */

import { z } from 'zod';
import { type Digest, digestOf, parseDigest } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';
import { canonicalJson, type Json } from '#core/json.ts';
import type { ArtifactAbout, StoredArtifact } from '#core/ports/artifact-store.ts';

export const LAYOUT_VERSION = '{"imageLayoutVersion":"1.0.0"}';

const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';

/** The config of an artifact that has none, as the image specification fixes it. */
export const EMPTY_CONFIG = new TextEncoder().encode('{}');

const Annotations = z.record(z.string().max(500), z.string().max(10_000));

const Descriptor = z.looseObject({
  mediaType: z.string().max(500),
  digest: z.string().max(300).meta({ description: 'Other tools may use other algorithms than ours' }),
  size: z.number().int().min(0),
  artifactType: z.string().max(500).optional(),
  annotations: Annotations.optional(),
});
export type Descriptor = z.infer<typeof Descriptor>;

export const Index = z.looseObject({ schemaVersion: z.literal(2), manifests: z.array(Descriptor) });
export type Index = z.infer<typeof Index>;

export const Manifest = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.literal(MANIFEST_TYPE),
  layers: z.array(Descriptor),
  annotations: Annotations.optional(),
});
export type Manifest = z.infer<typeof Manifest>;

export function emptyIndex(): Index {
  return { schemaVersion: 2, mediaType: INDEX_TYPE, manifests: [] };
}

/** The manifest that describes one artifact: an empty config and the bytes as its one layer. Deterministic. */
export function manifestBytes(digest: Digest, size: number, about: ArtifactAbout): Uint8Array {
  return new TextEncoder().encode(
    canonicalJson({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      artifactType: about.mediaType,
      config: { mediaType: EMPTY_TYPE, digest: digestOf(EMPTY_CONFIG), size: EMPTY_CONFIG.byteLength },
      layers: [{ mediaType: about.mediaType, digest, size }],
      annotations: about.annotations,
    } as Json),
  );
}

/** How the index lists a manifest: with the annotations, so that searching reads one file. */
export function descriptorOf(manifest: Uint8Array, about: ArtifactAbout): Descriptor {
  return {
    mediaType: MANIFEST_TYPE,
    artifactType: about.mediaType,
    digest: digestOf(manifest),
    size: manifest.byteLength,
    annotations: { ...about.annotations },
  };
}

/** The artifact that a manifest describes; undefined for images of other tools, which have several layers or none. */
export function artifactOf(manifest: Manifest): StoredArtifact | undefined {
  const [layer, ...others] = manifest.layers;
  const digest = layer && parseDigest(layer.digest);
  if (!layer || !digest || others.length > 0) return undefined;
  return { digest, size: layer.size, mediaType: layer.mediaType, annotations: manifest.annotations ?? {} };
}

/** Parses a document of the layout; MW_ARTIFACT_CORRUPT names the file, what is wrong with it and `wayOut`. */
export function parseDocument<Schema extends z.ZodType>(
  schema: Schema,
  bytes: Uint8Array,
  path: string,
  wayOut: string,
): z.infer<Schema> {
  const result = schema.safeParse(readJson(bytes));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const what = issue ? `${issue.path.join('.') || 'the document'}: ${issue.message}` : 'unknown';
  throw new MergewayError('MW_ARTIFACT_CORRUPT', `${path} is not an OCI document: ${what}; ${wayOut}`);
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
