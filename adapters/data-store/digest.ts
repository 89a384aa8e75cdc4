/** Digests of files of any size. A file is read again only when its size or its time has changed. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Digest } from '#core/digest.ts';

export async function digestOfFile(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return `sha256:${hash.digest('hex')}` as Digest;
}

export class KnownDigests {
  readonly #known = new Map<string, { readonly as: string; readonly digest: Digest }>();

  async of(path: string): Promise<Digest> {
    const { ino, size, mtimeNs } = await stat(path, { bigint: true });
    const as = `${ino} ${size} ${mtimeNs}`;
    const known = this.#known.get(path);
    if (known?.as === as) return known.digest;
    const digest = await digestOfFile(path);
    this.#known.set(path, { as, digest });
    return digest;
  }
}
