/**
 * Writes the files that are made from code: the error catalogue, the JSON schemas for editors and of evidence, each action's action.yml,
 * the tables of commands and the list of metrics. `--check` writes nothing, names what differs, and ends with 1.
 */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { actionFiles } from './generate/action-yml.ts';
import { commandsPage } from './generate/commands.ts';
import { errorsPage } from './generate/errors.ts';
import { evidenceFiles } from './generate/evidence.ts';
import { metricsPage } from './generate/metrics.ts';
import { schemaFiles } from './generate/schemas.ts';

const ROOT = join(import.meta.dirname, '..');

/** Content of every generated file by its path from the root. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'docs/errors.md': errorsPage(),
    'docs/commands.md': commandsPage(),
    'docs/metrics.md': metricsPage(),
    ...schemaFiles(),
    ...evidenceFiles(),
    ...actionFiles(),
  };
}

/** Paths whose file is missing or differs. */
export async function differences(): Promise<readonly string[]> {
  const different: string[] = [];
  for (const [path, content] of Object.entries(generatedFiles())) {
    const found = await readFile(join(ROOT, path), 'utf8').catch(() => undefined);
    if (found !== content) different.push(path);
  }
  return different;
}

if (import.meta.main) {
  const different = await differences();
  if (process.argv.includes('--check')) {
    for (const path of different) console.error(`${path} differs; run \`npm run generate\``);
    process.exitCode = different.length > 0 ? 1 : 0;
  } else {
    for (const path of different) await write(path, generatedFiles()[path] ?? '');
    console.error(`${different.length} files written`);
  }
}

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(ROOT, path)), { recursive: true });
  await writeFile(join(ROOT, path), content);
}
