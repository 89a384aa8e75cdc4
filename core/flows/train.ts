/**
 * From a commit to a candidate: the input digest first, since a candidate that is stored under it needs no training; else the
 * command runs, its model is looked into and loaded once, and bytes and (advisory) evidence are stored.
 */

import type { ModelConfig } from '../config/model.ts';
import { type Digest, digestOf } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import type { ProfilePredicate } from '../evidence/profile.ts';
import { parseEvidence, type Statement, statement, subjectOf } from '../evidence/statement.ts';
import { type TrainingPredicate, trainingEvidence } from '../evidence/training.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { ModelBackend } from '../ports/model-backend.ts';
import type { Progress } from '../ports/progress.ts';
import type { SourceTree } from '../ports/source-tree.ts';
import type { Table } from '../ports/table.ts';
import type { Trainer, TrainingJob, TrainingResult } from '../ports/trainer.ts';
import { VERSION } from '../version.ts';
import { inputDigestAt } from './affected-models.ts';
import { modelMissing, readModel } from './policy.ts';
import { profileTraining } from './profile-training.ts';
import { bindCandidate, boundCandidate, evidenceOf, storedSeeds } from './stored-proof.ts';

export interface TrainPorts {
  readonly source: SourceTree;
  readonly trainer: Trainer;
  readonly backend: ModelBackend;
  /** Where candidates are kept; without it every run trains. */
  readonly artifacts?: ArtifactStore;
  /** Reads the training data for its profile; without it none is made. */
  readonly table?: Table;
  readonly progress: Progress;
}

export interface Trained {
  readonly digest: Digest;
  readonly inputDigest: Digest;
  readonly onnx: Uint8Array;
  readonly evidence: Statement<TrainingPredicate>;
  /** Of the training data: advisory, and not there where nothing was trained. */
  readonly profile?: Statement<ProfilePredicate>;
  /** Models of the further runs, in the order of their seeds. */
  readonly seeds: readonly Uint8Array[];
  /** What the command printed; empty when nothing was trained. */
  readonly log: string;
  /** Whether a stored candidate was found. */
  readonly reused: boolean;
}

export interface TrainRequest {
  readonly model: string;
  readonly ref: string;
  /** Address of the workflow's run, for the evidence. */
  readonly run?: string;
}

/** Trains the model as `ref` has it, or finds what was trained from the same inputs. */
export async function train(ports: TrainPorts, { model, ref, run }: TrainRequest): Promise<Trained> {
  const { source, progress } = ports;
  const commit = await source.resolve(ref);
  if (!commit) throw new MergewayError('MW_COMMIT_NOT_FOUND', `the repository has no commit ${ref}`);
  const config = await readModel(source, commit, model);
  const inputs = config && (await inputDigestAt(source, commit, model));
  if (!inputs) throw await modelMissing(source, commit, model);

  const stored = await findStored(ports, config, inputs);
  if (stored) {
    progress.say(`${model}: already trained from these inputs, candidate ${stored.digest}`);
    return stored;
  }
  return trainAnew(ports, { config, commit, inputs, run });
}

interface Job {
  readonly config: ModelConfig;
  readonly commit: string;
  readonly inputs: Digest;
  readonly run: string | undefined;
}

async function trainAnew(ports: TrainPorts, { config, commit, inputs, run }: Job): Promise<Trained> {
  const { trainer, backend, table, source, progress } = ports;
  let profile: Statement<ProfilePredicate> | undefined;
  progress.say(`${config.name}: training ${commit.slice(0, 12)} (inputs ${inputs})`);
  const job = { commit, config, inputDigest: inputs };
  const { onnx, log, metrics, environment, seconds } = await trainer.train({
    ...job,
    seed: 0,
    ...(table && {
      look: async (left) => {
        profile = await profileTraining({ backend, table, source, progress }, { config, commit, left });
      },
    }),
  });
  await (await backend.load(onnx)).release();
  const seeds = await trainSeeds(ports, job);

  const digest = digestOf(onnx);
  const evidence = statement(
    trainingEvidence,
    { name: config.name, digest },
    {
      mergeway: VERSION,
      model: config.name,
      commit,
      inputDigest: inputs,
      ...(run !== undefined && { run }),
      command: config.train.command,
      params: config.train.params,
      metrics,
      environment,
      seconds,
      ...(seeds.length > 0 && {
        seeds: seeds.map((run) => ({ digest: digestOf(run.onnx), seconds: run.seconds })),
      }),
    },
  );
  const trained: Trained = {
    digest,
    inputDigest: inputs,
    onnx,
    evidence,
    ...(profile && { profile }),
    seeds: seeds.map((run) => run.onnx),
    log: [log, ...seeds.map((run, index) => `--- seed ${index + 1} ---\n${run.log}`)].join('\n'),
    reused: false,
  };
  await store(ports, trained);
  return trained;
}

/** The same training with other seeds, each in a checkout of its own. */
async function trainSeeds(
  { trainer, backend, progress }: TrainPorts,
  job: Omit<TrainingJob, 'seed'>,
): Promise<readonly TrainingResult[]> {
  const results: TrainingResult[] = [];
  for (let seed = 1; seed < job.config.train.seeds; seed++) {
    progress.say(`${job.config.name}: training again with seed ${seed} of ${job.config.train.seeds - 1}`);
    const result = await trainer.train({ ...job, seed });
    await (await backend.load(result.onnx)).release();
    results.push(result);
  }
  return results;
}

async function store(
  { artifacts }: TrainPorts,
  { onnx, evidence, seeds, inputDigest }: Trained,
): Promise<void> {
  if (!artifacts) return;
  await bindCandidate(
    artifacts,
    { model: evidence.predicate.model, inputDigest },
    { onnx, training: evidence, seeds },
  );
}

/** The candidate that is bound to the inputs, with its evidence and seeds; undefined when one of them is missing. */
async function findStored(
  { artifacts, backend }: TrainPorts,
  config: ModelConfig,
  inputDigest: Digest,
): Promise<Trained | undefined> {
  if (!artifacts) return undefined;
  const inputs = { model: config.name, inputDigest };
  const digest = await boundCandidate(artifacts, inputs);
  if (!digest) return undefined;

  for (const filed of await evidenceOf(artifacts, inputs, 'training')) {
    const evidence = parseEvidence(trainingEvidence, await artifacts.get(filed), `evidence ${filed}`);
    if (subjectOf(evidence) !== digest) continue;
    const seeds = await storedSeeds(artifacts, evidence.predicate, config.train.seeds);
    if (!seeds) continue;
    const onnx = await artifacts.get(digest);
    await (await backend.load(onnx)).release();
    return { digest, inputDigest, onnx, evidence, seeds, log: '', reused: true };
  }
  return undefined;
}
