/** Files that people name: read with a coded error when missing, written whole or not at all. */

import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { SourceText } from '#core/config/load.ts';
import { MergewayError } from '#core/errors.ts';

/** Configuration, contracts and locks are small; a larger file is not one. */
const MAX_TEXT_BYTES = 1024 * 1024;

/** A configuration file's text. MW_CONFIG_MISSING, MW_CONFIG_INVALID when it is too large. */
export async function readSource(cwd: string, path: string): Promise<SourceText> {
  const absolute = resolve(cwd, path);
  const found = await stat(absolute).catch(() => undefined);
  if (!found?.isFile()) throw new MergewayError('MW_CONFIG_MISSING', `${path} is not a file in ${cwd}`);
  if (found.size > MAX_TEXT_BYTES) {
    throw new MergewayError(
      'MW_CONFIG_INVALID',
      `${path}:1 has ${found.size} bytes; at most ${MAX_TEXT_BYTES} are read`,
    );
  }
  return { path, text: await readFile(absolute, 'utf8') };
}

/** Whether the path is a file. */
export async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

/** The bytes of a file that the command was given, at most `maxBytes`. MW_FILE_MISSING, MW_ARTIFACT_TOO_LARGE. */
export async function readBytes(path: string, maxBytes: number): Promise<Uint8Array> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new MergewayError('MW_FILE_MISSING', `there is no file ${path}`);
  if (found.size > maxBytes) {
    throw new MergewayError(
      'MW_ARTIFACT_TOO_LARGE',
      `${path} has ${found.size} bytes; at most ${maxBytes} are read`,
    );
  }
  return readFile(path);
}

/** Writes files of one folder so that all of them are there or none is new: drafts first, then renames. */
export async function writeWhole(
  folder: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const drafts = Object.entries(files).map(([name, content]) => ({
    content,
    path: join(folder, name),
    draft: join(folder, `.${name}.${randomUUID()}`),
  }));
  try {
    for (const { draft, content } of drafts) await writeFile(draft, content);
    for (const { draft, path } of drafts) await rename(draft, path);
  } finally {
    for (const { draft } of drafts) await rm(draft, { force: true });
  }
}

/** Writes one file whole; its folder is made. */
export async function writeFileWhole(path: string, content: Uint8Array | string): Promise<void> {
  const name = path.slice(dirname(path).length).replace(/^[/\\]/, '') || path;
  await writeWhole(dirname(path), { [name]: content });
}
