// Files of a workspace by the patterns that workflows use: literal paths, folders, `*`, `**`, and `!` to leave out.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import picomatch from 'picomatch';

/** The files that patterns name, as absolute paths in order. A folder means everything below it. */
export function findFiles(root: string, patterns: readonly string[], hidden = true): string[] {
  const files = new Set<string>();
  for (const pattern of patterns.map((text) => text.trim()).filter((text) => text !== '')) {
    if (pattern.startsWith('!')) remove(files, root, pattern.slice(1));
    else for (const file of matching(root, pattern)) files.add(file);
  }
  return [...files].filter((file) => hidden || !isHidden(relative(root, file))).sort();
}

function remove(files: Set<string>, root: string, pattern: string): void {
  const unwanted = new Set(matching(root, pattern));
  for (const file of unwanted) files.delete(file);
}

function matching(root: string, pattern: string): string[] {
  const path = resolve(root, pattern);
  if (existsSync(path)) return statSync(path).isDirectory() ? walk(path) : [path];
  const base = picomatch.scan(path).base || '/';
  if (!existsSync(base)) return [];
  const isMatch = picomatch(path, { dot: true });
  return walk(base).filter((file) => isMatch(file) || isMatch(join(file, '..')));
}

function walk(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.') && part !== '.' && part !== '..');
}

/** The `hashFiles` function: sha256 over the sha256 of each file; empty when nothing matches. */
export function hashFiles(root: string, patterns: readonly string[]): string {
  const files = findFiles(root, patterns);
  if (files.length === 0) return '';
  const total = createHash('sha256');
  for (const file of files) total.update(createHash('sha256').update(readFileSync(file)).digest());
  return total.digest('hex');
}

/** The longest folder that all files share; an artifact's paths start below it. */
export function commonFolder(files: readonly string[]): string {
  const [first = '/', ...others] = files.map((file) => file.split('/').slice(0, -1));
  let shared = first === '/' ? [] : [...first];
  for (const parts of others) {
    const end = shared.findIndex((part, at) => part !== parts[at]);
    if (end >= 0) shared = shared.slice(0, end);
  }
  return shared.join('/') || '/';
}
