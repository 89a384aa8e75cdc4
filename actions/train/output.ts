/** What a training command wrote: the model file, and metrics of its own. Both are untrusted: sizes and types are checked. */

import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { MergewayError } from '#core/errors.ts';
import type { Progress } from '#core/ports/progress.ts';

const MODEL_FILE = 'model.onnx';
const METRICS_FILE = 'metrics.json';
/** What a protobuf message can hold, in bytes. */
const MAX_MODEL_BYTES = 2 * 1024 ** 3 - 1;
const MAX_METRICS_BYTES = 256 * 1024;
const MAX_METRICS = 500;

const Metrics = z.record(z.string().max(200), z.number());

/** The model file's bytes. MW_TRAIN_NO_MODEL, MW_ARTIFACT_TOO_LARGE. */
export async function readModel(out: string): Promise<Uint8Array> {
  const path = join(out, MODEL_FILE);
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isFile() || found.size === 0) {
    throw new MergewayError(
      'MW_TRAIN_NO_MODEL',
      `the training command left no ${MODEL_FILE} in $MERGEWAY_OUT`,
    );
  }
  if (found.size > MAX_MODEL_BYTES) {
    throw new MergewayError(
      'MW_ARTIFACT_TOO_LARGE',
      `${MODEL_FILE} has ${found.size} bytes; at most ${MAX_MODEL_BYTES} are read`,
    );
  }
  return readFile(path);
}

/** Numbers of metrics.json; a file that is none is said aloud and left out, since no verdict rests on it. */
export async function readMetrics(
  out: string,
  progress: Progress,
): Promise<Readonly<Record<string, number>>> {
  const path = join(out, METRICS_FILE);
  const found = await lstat(path).catch(() => undefined);
  if (!found) return {};
  const ignore = (why: string) => {
    progress.say(`${METRICS_FILE} is left out: ${why}`);
    return {};
  };
  if (!found.isFile() || found.size > MAX_METRICS_BYTES)
    return ignore(`it is no file of at most ${MAX_METRICS_BYTES} bytes`);

  const parsed = Metrics.safeParse(parseJson(await readFile(path, 'utf8')));
  if (!parsed.success) return ignore('it is no JSON object of numbers');
  if (Object.keys(parsed.data).length > MAX_METRICS) return ignore(`it has more than ${MAX_METRICS} metrics`);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
