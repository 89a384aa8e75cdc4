/**
 * Training by a shell command on this machine: the commit in a clean folder, data checked against its locks and joined with the
 * model's features, only a few harmless variables of the environment passed on (no tokens), and everything swept away afterwards.
 */

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '#actions/command.ts';
import { type DataPlaces, openLock, type Stores } from '#actions/data.ts';
import { joinLabels } from '#actions/features/join.ts';
import { folderPlace } from '#actions/features/place.ts';
import { readSource } from '#actions/files.ts';
import { gitCheckout } from '#adapters/git/checkout.ts';
import { durationMs } from '#core/config/duration.ts';
import type { ModelConfig } from '#core/config/model.ts';
import { viewFiles } from '#core/flows/feature-sources.ts';
import { filesAt, modelFeatures } from '#core/flows/model-features.ts';
import type { SourceTree } from '#core/ports/source-tree.ts';
import type { Trainer, TrainingJob, TrainingResult } from '#core/ports/trainer.ts';
import { environmentOf } from './environment.ts';
import { readMetrics, readModel } from './output.ts';
import { runShell } from './shell.ts';

export interface ShellTrainerOptions {
  /** The clone that has the commit. */
  readonly repository: string;
  readonly source: SourceTree;
  readonly io: Io;
  /** Absolute folders that data locks of the commit may name; the command is told neither. */
  readonly stores: Stores;
}

/** Trains in a folder of its own below the system's temporary folder. */
export function shellTrainer({ repository, source, io, stores }: ShellTrainerOptions): Trainer {
  return {
    async train(job) {
      const folder = await mkdtemp(join(tmpdir(), 'mergeway-train-'));
      try {
        const root = join(folder, 'checkout');
        const out = join(folder, 'out');
        await mkdir(out);
        await gitCheckout(repository, job.commit, root);
        const data = await trainingData(
          job,
          { ...stores, root, rootName: `commit ${job.commit}` },
          join(folder, 'joined'),
        );
        return await trainIn({ root, out, data }, job);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };

  /** The data of every lock: as it lies there, or, of a model with features, joined with them. */
  async function trainingData(
    { config, commit }: TrainingJob,
    places: DataPlaces,
    joined: string,
  ): Promise<Readonly<Record<string, string>>> {
    const data = await lockedData(config, places);
    const features = await modelFeatures(filesAt(source, commit), config);
    if (!features) return data;

    const sources = await viewFiles(features, folderPlace(places));
    const withFeatures: Record<string, string> = {};
    for (const [index, [name, path]] of Object.entries(data).entries()) {
      const out = join(joined, `${index}.parquet`);
      withFeatures[name] = (await joinLabels(features, { labels: { name, path }, sources, out }, io)).path;
    }
    return withFeatures;
  }

  async function trainIn({ root, out, data }: Places, job: TrainingJob): Promise<TrainingResult> {
    const { config, inputDigest, seed } = job;
    const { train } = config;
    const env = trainingVariables(io.env, {
      MERGEWAY_MODEL: config.name,
      MERGEWAY_OUT: out,
      MERGEWAY_PARAMS: JSON.stringify(paramsFor(train.params, seed)),
      MERGEWAY_SEED: String(seed),
      MERGEWAY_DATA: JSON.stringify(data),
      MERGEWAY_INPUT_DIGEST: inputDigest,
    });
    const startedAt = io.clock.now();
    const log = await runShell({
      command: train.command,
      cwd: root,
      env,
      timeoutMs: durationMs(train.timeout),
      signal: io.signal,
      progress: io.progress,
    });
    const seconds = (io.clock.now() - startedAt) / 1000;
    const onnx = await readModel(out);
    await job.look?.({ onnx, data });
    return {
      onnx,
      metrics: await readMetrics(out, io.progress),
      environment: await environmentOf({ env, root, source, job }),
      log,
      seconds,
    };
  }
}

/** A parameter named `seed` moves on with the runs, so that a command which reads it needs nothing else. */
function paramsFor(params: ModelConfig['train']['params'], seed: number): ModelConfig['train']['params'] {
  return typeof params.seed === 'number' ? { ...params, seed: params.seed + seed } : params;
}

interface Places {
  readonly root: string;
  readonly out: string;
  /** Absolute paths of data by their lock's path. */
  readonly data: Readonly<Record<string, string>>;
}

async function lockedData(
  { inputs }: ModelConfig,
  places: DataPlaces,
): Promise<Readonly<Record<string, string>>> {
  const data: Record<string, string> = {};
  for (const path of inputs.data) {
    data[path] = (await openLock(await readSource(places.root, path), places)).file;
  }
  return data;
}

/** Variables that training commands need to find their interpreter, libraries and GPU. Nothing else is passed on. */
const PASSED_ON =
  /^(PATH|HOME|LANG|LC_ALL|LC_CTYPE|TZ|TMPDIR|LD_LIBRARY_PATH|VIRTUAL_ENV|CUDA_.*|NVIDIA_.*|PYTHON.*)$/;
/** NVIDIA_API_KEY and its like open doors elsewhere. */
const SECRET = /KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|AUTH/;

/** The training command's whole environment. */
function trainingVariables(
  env: Io['env'],
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const passed = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      PASSED_ON.test(entry[0]) && !SECRET.test(entry[0]) && entry[1] !== undefined,
  );
  return { ...Object.fromEntries(passed), ...own };
}
