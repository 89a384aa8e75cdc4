/**
 * `index.json` of a layout: the list of descriptions, oldest first, replaced as a whole under a lock. It is never made
 * again from the blobs: their bytes are untrusted, and one that looks like a manifest would describe itself.
 */

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { underLock } from './file-lock.ts';
import { writeAtomically } from './files.ts';
import {
  type Descriptor,
  emptyIndex,
  Index,
  type Index as IndexType,
  LAYOUT_VERSION,
  parseDocument,
} from './layout.ts';

const WAY_OUT =
  'move this file away: artifacts stay readable by digest, and are described again when they are put again';

export interface IndexFile {
  /** Descriptors of all manifests, oldest first. MW_ARTIFACT_CORRUPT when the file is damaged. */
  descriptors(): Promise<readonly Descriptor[]>;
  /** Adds a descriptor that is not there yet. MW_STORE_BUSY. */
  add(descriptor: Descriptor): Promise<void>;
}

/** The index of the layout in `folder`. */
export function indexFileIn(folder: string, patienceMs: number): IndexFile {
  const path = join(folder, 'index.json');
  const drafts = join(folder, '.tmp');

  return {
    async descriptors() {
      return (await read()).manifests;
    },
    async add(descriptor) {
      if (lists(await read(), descriptor)) return;
      await mkdir(folder, { recursive: true });
      await writeLayoutVersion();
      await underLock(join(folder, 'index.lock'), patienceMs, async (lock) => {
        const index = await read();
        if (lists(index, descriptor)) return;
        const next = JSON.stringify({ ...index, manifests: [...index.manifests, descriptor] });
        if (await lock.isOurs()) await writeAtomically(path, next, drafts);
      });
    },
  };

  async function read(): Promise<IndexType> {
    const bytes = await readOrNothing(path);
    return bytes ? parseDocument(Index, bytes, path, WAY_OUT) : emptyIndex();
  }

  async function writeLayoutVersion(): Promise<void> {
    const version = join(folder, 'oci-layout');
    if (!(await readOrNothing(version))) await writeAtomically(version, LAYOUT_VERSION, drafts);
  }
}

function lists(index: IndexType, { digest }: Descriptor): boolean {
  return index.manifests.some((listed) => listed.digest === digest);
}

/** The file's bytes; undefined only when it does not exist: any other trouble must not look like an empty store. */
async function readOrNothing(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  }
}
