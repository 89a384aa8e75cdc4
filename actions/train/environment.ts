/** What a model was trained in: interpreter, platform, GPU and the environment's lock files, for people who reproduce it. */

import { execFile } from 'node:child_process';
import { arch, availableParallelism, platform, release } from 'node:os';
import { promisify } from 'node:util';
import { globMatcher } from '#core/candidate/glob.ts';
import { type Digest, digestOf } from '#core/digest.ts';
import type { TrainingPredicate } from '#core/evidence/training.ts';
import type { SourceTree } from '#core/ports/source-tree.ts';
import type { TrainingJob } from '#core/ports/trainer.ts';

const execute = promisify(execFile);
/** Asking a program for its version takes no longer, in milliseconds. */
const PATIENCE_MS = 10_000;

/** Files that pin an environment, by the names that package managers give them. */
const LOCK_FILE =
  /(^|\/)(requirements[^/]*\.(txt|lock)|[^/]*\.lock|package-lock\.json|environment\.ya?ml|conda-lock\.ya?ml|renv\.lock)$/;

export interface Surroundings {
  /** The training command's variables. */
  readonly env: Readonly<Record<string, string>>;
  readonly root: string;
  readonly source: SourceTree;
  readonly job: TrainingJob;
}

export async function environmentOf(around: Surroundings): Promise<TrainingPredicate['environment']> {
  const interpreter = await answerOf('python', ['--version'], around);
  const gpu = await answerOf(
    'nvidia-smi',
    ['--query-gpu=name,driver_version', '--format=csv,noheader'],
    around,
  );
  return {
    ...(interpreter && { interpreter }),
    platform: `${platform()} ${release()} ${arch()}, ${availableParallelism()} cores`,
    ...(gpu && { gpu }),
    locks: await lockDigests(around),
  };
}

/** First lines that a program prints; undefined when it is not there or fails. */
async function answerOf(
  program: string,
  args: readonly string[],
  { env, root }: Surroundings,
): Promise<string | undefined> {
  try {
    const { stdout } = await execute(program, args, { env, cwd: root, timeout: PATIENCE_MS });
    return stdout.trim().slice(0, 1000) || undefined;
  } catch {
    return undefined;
  }
}

async function lockDigests({ source, job }: Surroundings): Promise<Readonly<Record<string, Digest>>> {
  const matchers = job.config.inputs.code.map(globMatcher);
  const digests: Record<string, Digest> = {};
  for (const { path } of await source.list(job.commit)) {
    if (!LOCK_FILE.test(path) || !matchers.some((matches) => matches(path))) continue;
    const bytes = await source.read(job.commit, path);
    if (bytes) digests[path] = digestOf(bytes);
  }
  return digests;
}
