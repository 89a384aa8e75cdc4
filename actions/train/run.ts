/** Training as a command: git, shell, ONNX and store around the story in core/flows/train.ts. */

import { resolve } from 'node:path';
import type { Io, Outcome } from '#actions/command.ts';
import { placesOf } from '#actions/data.ts';
import { writeWhole } from '#actions/files.ts';
import { requireRepository } from '#actions/repository.ts';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { gitSourceTree } from '#adapters/git/source-tree.ts';
import { ociLayoutStore } from '#adapters/oci/store.ts';
import { onnxBackend } from '#adapters/onnx/backend.ts';
import { serialize } from '#core/evidence/statement.ts';
import { seedFile } from '#core/candidate/seed-file.ts';
import { type Trained, train } from '#core/flows/train.ts';
import type { TrainOptions } from './command.ts';
import { shellTrainer } from './trainer.ts';

/** Runs `mergeway train`. */
export async function run(options: TrainOptions, io: Io): Promise<Outcome> {
  const { model, commit, store, out } = options;
  await requireRepository(io);
  const source = gitSourceTree(io.cwd);
  const trained = await train(
    {
      source,
      trainer: shellTrainer({ repository: io.cwd, source, io, stores: placesOf(options, io) }),
      backend: onnxBackend(),
      table: duckdbTable(),
      progress: io.progress,
      ...(store && { artifacts: ociLayoutStore(resolve(io.cwd, store)) }),
    },
    { model, ref: commit, ...runOf(io) },
  );
  await writeWhole(resolve(io.cwd, out), filesOf(trained));
  return outcomeOf(trained, out);
}

/** Address of the run that this is a job of. */
function runOf({ env }: Io): { readonly run?: string } {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = env;
  if (!server || !repository || !id) return {};
  const run = `${server}/${repository}/actions/runs/${id}/attempts/${env.GITHUB_RUN_ATTEMPT ?? '1'}`;
  return { run: run.slice(0, 500) };
}

function filesOf({
  onnx,
  evidence,
  profile,
  seeds,
  log,
  reused,
}: Trained): Readonly<Record<string, Uint8Array | string>> {
  return {
    'model.onnx': onnx,
    'training.json': serialize(evidence),
    ...(profile && { 'profile.json': serialize(profile) }),
    ...Object.fromEntries(seeds.map((bytes, index) => [seedFile(index + 1), bytes])),
    ...(reused ? {} : { 'training.log': log }),
  };
}

function outcomeOf({ digest, inputDigest, evidence, reused }: Trained, out: string): Outcome {
  const { model, metrics, seconds, commit, seeds = [] } = evidence.predicate;
  const measured = Object.entries(metrics).map(([name, value]) => `  ${name}: ${value}`);
  const how = reused ? 'found, not trained again' : `trained in ${seconds.toFixed(1)} s`;
  const again = seeds.map(({ digest: other }, index) => `  seed ${index + 1}: ${other}`);
  return {
    exit: 0,
    json: {
      model,
      commit,
      candidate: digest,
      inputDigest,
      reused,
      metrics,
      seconds,
      ...(seeds.length > 0 && { seeds: seeds.map((seed) => seed.digest) }),
      out,
    },
    text: [`${model}: ${how}, candidate ${digest}`, ...measured, ...again, `written to ${out}`].join('\n'),
    outputs: { candidate: digest, 'input-digest': inputDigest, reused: String(reused) },
  };
}
