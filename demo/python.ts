/**
 * Real training needs Python 3.10 or newer and a package index. Where they are missing the demo says so in one line, and the
 * runner gets a `python3` that hands out the committed models which the same script made (`demo/without-python`).
 */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Story } from './story.ts';

const run = promisify(execFile);

/** Where downloaded packages and virtual environments are kept between runs. */
const TOOL_CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'mergeway-demo');

const REQUIREMENTS = join(import.meta.dirname, '../templates/quickstart/repository/requirements.lock');
const WITHOUT_PYTHON = join(import.meta.dirname, 'without-python/python3');

/** The oldest Python that the quickstart's requirements install on. */
const OLDEST = [3, 10] as const;

export interface Toolchain {
  readonly toolCache: string;
  readonly runnerEnv: Readonly<Record<string, string>>;
}

/** Finds Python and downloads what training needs, once; or says what it does instead. */
export async function preparePython(story: Story): Promise<Toolchain> {
  const python = await findPython();
  if (!python) {
    story.say(
      `no Python ${OLDEST.join('.')} or newer here: training hands out the committed models that the same script made`,
    );
    return withoutPython();
  }
  const wheels = await download(python, story);
  if (!wheels) {
    story.say('no package index in reach: training hands out the committed models that the same script made');
    return withoutPython();
  }
  const links = [process.env.PIP_FIND_LINKS, wheels].filter((place) => place !== undefined).join(' ');
  return {
    toolCache: TOOL_CACHE,
    runnerEnv: { RUNNER_PYTHON: python, PIP_FIND_LINKS: links, PIP_NO_COMPILE: '1' },
  };
}

function withoutPython(): Toolchain {
  return {
    toolCache: join(TOOL_CACHE, 'without-python'),
    runnerEnv: { RUNNER_PYTHON: WITHOUT_PYTHON, MERGEWAY_DEMO_NODE: process.execPath },
  };
}

async function findPython(): Promise<string | undefined> {
  if (process.env.MERGEWAY_DEMO_PYTHON === 'none') return undefined;
  for (const command of ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10']) {
    const found = await describePython(command);
    if (found && (found.version[0] ?? 0) === OLDEST[0] && (found.version[1] ?? 0) >= OLDEST[1])
      return found.path;
  }
  return undefined;
}

/** Path and version of a Python that can make virtual environments. */
async function describePython(command: string) {
  try {
    const code = 'import sys, venv, ensurepip; print(sys.executable); print("%d.%d" % sys.version_info[:2])';
    const { stdout } = await run(command, ['-c', code]);
    const [path = '', version = ''] = stdout.split('\n');
    return { path, version: version.split('.').map(Number) };
  } catch {
    return undefined;
  }
}

/** Downloads the locked packages into a folder of wheels unless they are there; undefined when no index answers. */
async function download(python: string, story: Story): Promise<string | undefined> {
  const key = createHash('sha256')
    .update(python)
    .update(await readFile(REQUIREMENTS))
    .digest('hex')
    .slice(0, 16);
  const folder = join(TOOL_CACHE, 'wheels', key);
  const complete = join(folder, '.complete');
  if (existsSync(complete)) return folder;

  await mkdir(folder, { recursive: true });
  try {
    await story.step('Python packages for training, this first time only', async () => {
      await run(python, [
        '-m',
        'pip',
        'download',
        '--quiet',
        '--disable-pip-version-check',
        '--dest',
        folder,
        '-r',
        REQUIREMENTS,
      ]);
      await writeFile(complete, '');
      return 'downloaded';
    });
    return folder;
  } catch {
    return undefined;
  }
}
