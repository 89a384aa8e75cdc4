/** Evaluation as a command: policy, holdout and model bytes found and checked, then the story in core/flows/evaluate.ts. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Io, Outcome } from '#actions/command.ts';
import { openLock, placesOf } from '#actions/data.ts';
import { writeFileWhole } from '#actions/files.ts';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { childModelServer } from '#adapters/model-server/child-server.ts';
import { ociLayoutStore } from '#adapters/oci/store.ts';
import { onnxBackend } from '#adapters/onnx/backend.ts';
import { onnxFootprint } from '#adapters/onnx/footprint.ts';
import { predictionsArchive } from '#adapters/predictions-archive/archive.ts';
import { systemTimer } from '#adapters/system/timer.ts';
import { MergewayError } from '#core/errors.ts';
import type { ProfilePredicate } from '#core/evidence/profile.ts';
import { type Statement, serialize } from '#core/evidence/statement.ts';
import { evaluate } from '#core/flows/evaluate.ts';
import type { EvaluatePorts, EvaluateRequest } from '#core/flows/evaluate-request.ts';
import { restrictedNames } from '#core/predictions/restricted.ts';
import { VERSION } from '#core/version.ts';
import { type Champion, candidateOf, championOf } from './artifacts.ts';
import type { EvaluateOptions } from './command.ts';
import { describeEvaluation } from './describe.ts';
import { type Joined, joinEntrants } from './features.ts';
import { keeperFor } from './keep.ts';
import { requireOneWay } from './one-way.ts';
import { policyFor } from './policy.ts';
import { evaluatePredictions } from './predictions.ts';
import { runnerClass } from './runner.ts';
import { seedsOf } from './seeds.ts';
import { skewOf } from './skew.ts';

/** What `mergeway` itself is started by. */
const MERGEWAY = join(import.meta.dirname, '../../cli/main.ts');

/** Runs `mergeway evaluate`. */
export async function run(options: EvaluateOptions, io: Io): Promise<Outcome> {
  const { model, candidate } = options;
  requireOneWay(options);
  if (options.predictions !== undefined) return evaluatePredictions(options, io);
  if (model === undefined || candidate === undefined) {
    throw new MergewayError(
      'MW_USAGE',
      '`mergeway evaluate` needs --model and --candidate, or --predictions',
    );
  }
  return evaluateModel({ ...options, model, candidate }, io);
}

async function evaluateModel(
  options: EvaluateOptions & { readonly model: string; readonly candidate: string },
  io: Io,
): Promise<Outcome> {
  const policy = await policyFor(options, io);
  const { config, from, lock } = policy;
  if (from === 'head') io.progress.say(`${config.name} is new: the policy of its own commit is used`);
  const seeds = await seedsOf(options, io);
  const keeper = await keeperFor(options, { candidate: await candidateOf(options, io), seeds }, io);
  const champion = await championOf({ ...options, model: config.name }, io);
  const places = placesOf(options, io);
  const holdout = await openLock(lock, places);

  let profile: Statement<ProfilePredicate> | undefined;
  const evidence = await inTemporaryFolder(async (folder) => {
    const entrants = await joinEntrants({ policy, champion, holdout, places, folder }, io);
    const { predictionLog } = options;
    const skew = await skewOf({ policy, champion, entrants, predictionLog }, io);
    const restricted = restrictedNames(policy.restricted, entrants.features?.features.service);
    return evaluate(
      { ...portsOf(io), ...archiveIn(folder, options, io) },
      {
        model: config,
        ...(skew && { skew }),
        candidate: { ...keeper.candidate, ...entrants.candidate },
        ...(champion && { champion: contestantOf(champion, entrants.champion) }),
        seeds,
        holdout: { paths: [holdout.file], lock: holdout.lock, digest: holdout.digest },
        restricted,
        origin: options.advisory ? 'advisory' : 'evaluation',
        runner: runnerClass(),
        mergewayVersion: VERSION,
        ...(wantsProfile(options) && {
          profile: {
            restricted,
            take: async (made) => {
              profile = made;
            },
          },
        }),
      },
    );
  });
  await keeper.keep(evidence, profile);
  if (options.profileOut && profile) {
    await writeFileWhole(resolve(io.cwd, options.profileOut), serialize(profile));
  }
  if (options.out) await writeFileWhole(resolve(io.cwd, options.out), serialize(evidence));
  return describeEvaluation(evidence.predicate, options.out);
}

/** It is written, or kept for `mergeway promote`. */
function wantsProfile({ profileOut, training }: EvaluateOptions): boolean {
  return profileOut !== undefined || training !== undefined;
}

/** Without a version's own tensor names the candidate's are used. */
function contestantOf(
  { bytes, digest, version, registered }: Champion,
  joined: Joined,
): NonNullable<EvaluateRequest['champion']> {
  const predict = registered?.config.evaluate.predict;
  return { bytes, digest, version, ...(predict && { predict }), ...joined };
}

async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'mergeway-evaluate-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A job that ran code of the pull request neither leaves predictions for others nor believes those it finds. */
function archiveIn(
  folder: string,
  { store, advisory }: EvaluateOptions,
  { cwd }: Io,
): Pick<EvaluatePorts, 'predictions'> {
  if (store === undefined || advisory) return {};
  const artifacts = ociLayoutStore(resolve(cwd, store));
  return { predictions: predictionsArchive({ artifacts, table: duckdbTable(), folder }) };
}

function portsOf({ progress }: Io): EvaluatePorts {
  return {
    backend: onnxBackend(),
    table: duckdbTable(),
    clock: { now: () => performance.now() },
    timer: systemTimer(),
    server: childModelServer({ command: [process.execPath, MERGEWAY] }),
    footprint: onnxFootprint(),
    random: { next: Math.random },
    progress,
  };
}
