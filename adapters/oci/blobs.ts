/** `blobs/sha256/*` of a layout: files named by the digest of their bytes. Only digests become paths. */

import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, hexOf, parseDigest } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';
import { writeAtomically } from './files.ts';

export interface Blobs {
  /** Stores the bytes and returns their digest; a damaged blob of that digest is replaced. */
  write(bytes: Uint8Array): Promise<Digest>;
  /** MW_ARTIFACT_NOT_FOUND, MW_ARTIFACT_CORRUPT, MW_ARTIFACT_TOO_LARGE. */
  read(digest: Digest): Promise<Uint8Array>;
  has(digest: Digest): Promise<boolean>;
}

/** The blobs of the layout in `folder`; none above `maxBytes` is written or read. */
export function blobsIn(folder: string, maxBytes: number): Blobs {
  const blobs = join(folder, 'blobs', 'sha256');

  return {
    async write(bytes) {
      refuseAbove(maxBytes, bytes.byteLength, 'these bytes');
      const digest = sha256(bytes);
      if (await holds(digest, bytes.byteLength)) return digest;

      await mkdir(blobs, { recursive: true });
      await writeAtomically(pathOf(digest), bytes, join(folder, '.tmp'));
      return digest;
    },
    read,
    async has(digest) {
      return (await sizeOf(pathOf(digest))) !== undefined;
    },
  };

  async function read(digest: Digest): Promise<Uint8Array> {
    const path = pathOf(digest);
    const size = await sizeOf(path);
    if (size === undefined) throw new MergewayError('MW_ARTIFACT_NOT_FOUND', `${folder} has no ${digest}`);
    refuseAbove(maxBytes, size, path);

    const bytes = await readRegularFile(path);
    const actual = sha256(bytes);
    if (actual === digest) return bytes;
    throw new MergewayError(
      'MW_ARTIFACT_CORRUPT',
      `${path} holds ${bytes.byteLength} bytes whose digest is ${actual}`,
    );
  }

  /** Whether the intact bytes are there already. */
  async function holds(digest: Digest, size: number): Promise<boolean> {
    if ((await sizeOf(pathOf(digest))) !== size) return false;
    return read(digest).then(
      () => true,
      () => false,
    );
  }

  function pathOf(digest: Digest): string {
    if (parseDigest(digest)) return join(blobs, hexOf(digest));
    throw new MergewayError('MW_ARTIFACT_NOT_FOUND', `'${String(digest).slice(0, 100)}' is no sha256 digest`);
  }
}

/** Bytes of a regular file; undefined when nothing, a folder or a link is there. A store out of reach must not look like an empty one. */
async function sizeOf(path: string): Promise<number | undefined> {
  try {
    const found = await lstat(path);
    return found.isFile() ? found.size : undefined;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new MergewayError('MW_SYSTEM', `${path} can not be read: ${String(code)}`, { cause });
  }
}

async function readRegularFile(path: string): Promise<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function refuseAbove(maxBytes: number, size: number, what: string): void {
  if (size <= maxBytes) return;
  throw new MergewayError('MW_ARTIFACT_TOO_LARGE', `${what}: ${size} bytes; the limit is ${maxBytes}`);
}

/** The platform's SHA-256: models have hundreds of megabytes. */
function sha256(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest;
}
