/**
 * The story of an evaluation: candidate and champion score the same rows of the holdout, each with the features of its own commit,
 * are timed in turns, and what was measured becomes evidence. No code of a pull request runs here, only ONNX bytes; nothing is judged
 * here either.
 */

import type { z } from 'zod';
import type { Predict } from '../config/evaluate.ts';
import { comparedTo, groupMetricOf } from '../config/gates/bias.ts';
import type { DataLock } from '../config/lock.ts';
import { lockDigest } from '../config/lock.ts';
import { sourceColumn } from '../config/group-column.ts';
import type { ModelConfig } from '../config/model.ts';
import type { Digest } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import { requireColumns } from '../evaluation/columns.ts';
import { type Contestant, openContestant } from '../evaluation/contestant.ts';
import { curvesOf } from '../evaluation/curves.ts';
import { groupEvidence } from '../evaluation/group-evidence.ts';
import { groupingsWanted } from '../evaluation/groups.ts';
import { type Holdout, readHoldout } from '../evaluation/holdout.ts';
import { identityOf, type Stored } from '../evaluation/kept-predictions.ts';
import { judgedHalf } from '../evaluation/judged-half.ts';
import { measureContest } from '../evaluation/measure.ts';
import { predictionsOf } from '../evaluation/predictions.ts';
import { readRoles, roleColumns } from '../evaluation/roles.ts';
import type { ScoreBlock } from '../evaluation/scores.ts';
import type { Entrant } from '../evaluation/side-by-side.ts';
import { sliceEvidence } from '../evaluation/slice-evidence.ts';
import { sliceFlags } from '../evaluation/slices.ts';
import { type TimedModel, type TimingPorts, timeModels } from '../evaluation/timing.ts';
import { hindsightColumns, unseenColumns } from '../evaluation/unseen.ts';
import {
  type EvaluationPredicate,
  evaluationEvidence,
  type FeaturesEvidence,
} from '../evidence/evaluation.ts';
import type { ColumnProfile, ProfilePredicate } from '../evidence/profile.ts';
import type { SkewEvidence } from '../evidence/skew.ts';
import { type Statement, statement } from '../evidence/statement.ts';
import { configurationDigest } from '../gates/judge.ts';
import type { Predictions } from '../metrics/predictions.ts';
import type { KeptPredictions, PredictionsArchive, PredictionsFile } from '../ports/predictions-archive.ts';
import type { OpenTable, Table } from '../ports/table.ts';
import { profileEntrant } from '../profile/of-entrant.ts';
import { profileOfEvaluation } from '../profile/of-evaluation.ts';

/**
 * The clock has fractions of a millisecond: latencies are measured by it. Chance chooses rows and order of the timing; metrics have
 * their own, from digests.
 */
export interface EvaluatePorts extends TimingPorts {
  readonly table: Table;
  /** Where predictions are kept; absent: they are not. */
  readonly predictions?: PredictionsArchive;
}

/** The holdout with a model's features joined, as a file. */
export interface JoinedHoldout {
  readonly path: string;
  readonly features: FeaturesEvidence;
}

/** Scores of candidate and champion as `scores`, those of further seeds apart. */
interface Scored extends Holdout {
  readonly seedScores: readonly ScoreBlock[];
}

/** Takes a candidate's profile. */
interface ProfileWanted {
  /** Columns whose values must not leave the data, in lower case. */
  readonly restricted: ReadonlySet<string>;
  take(profile: Statement<ProfilePredicate>): Promise<void>;
}

export interface EvaluateRequest {
  /** Policy of the base branch with the head's tensor names. */
  readonly model: ModelConfig;
  readonly candidate: {
    readonly bytes: Uint8Array;
    readonly digest: Digest;
    /** What it reads its columns from; absent: the holdout itself. */
    readonly joined?: JoinedHoldout;
  };
  readonly champion?: {
    readonly bytes: Uint8Array;
    readonly digest: Digest;
    readonly version: string;
    /** Its own tensor names; without them the candidate's. */
    readonly predict?: z.infer<typeof Predict>;
    readonly joined?: JoinedHoldout;
  };
  /** Models of the candidate's training with other seeds: measured on the same rows, neither timed nor promoted. */
  readonly seeds?: readonly { readonly bytes: Uint8Array; readonly digest: Digest }[];
  /** `digest`: of the bytes that were read. */
  readonly holdout: { readonly paths: readonly string[]; readonly lock: DataLock; readonly digest: Digest };
  /** What was served against what is computed offline; absent: not compared. */
  readonly skew?: SkewEvidence;
  /** Columns whose values must not leave the data, in lower case. */
  readonly restricted?: ReadonlySet<string>;
  readonly origin: EvaluationPredicate['origin'];
  readonly runner: string;
  readonly mergewayVersion: string;
  /** Who wants the candidate's reference profile on the holdout; absent: none is made. */
  readonly profile?: ProfileWanted;
}

/**
 * Evidence of one evaluation. Refuses with MW_DATA_MISMATCH, MW_COLUMN_MISSING, MW_HOLDOUT_EMPTY, MW_ROWS_INVALID,
 * MW_MODEL_INVALID, MW_MODEL_MISMATCH, MW_INFERENCE_FAILED, MW_THRESHOLD_UNDEFINED or MW_GROUPS_TOO_MANY; then there is no evidence at all.
 */
export async function evaluate(
  ports: EvaluatePorts,
  request: EvaluateRequest,
): Promise<Statement<EvaluationPredicate>> {
  const started = ports.clock.now();
  requireLocked(request.holdout);
  const contestants: Contestant[] = [];
  const seeds: Contestant[] = [];
  try {
    await openContestants(ports, request, contestants);
    await openSeeds(ports, request, seeds);
    const stored = await storedOf(ports, request);
    const { holdout, columns } = await read(ports, request, {
      contestants: withStored(contestants, stored),
      seeds,
    });
    const { candidate, ...measured } = measure(ports, request, holdout);
    await request.profile?.take(profileOf(request, { rows: holdout.rows, columns, candidate, ...measured }));
    const predictions = await keep(ports, request, { holdout, stored });
    const timing = await time(ports, request, contestants, holdout);
    return statement(
      evaluationEvidence,
      { name: request.model.name, digest: request.candidate.digest },
      {
        ...circumstances(request, holdout.rows),
        ...measured,
        ...(predictions && { predictions }),
        ...timing,
        seconds: (ports.clock.now() - started) / 1000,
      },
    );
  } finally {
    for (const contestant of [...contestants, ...seeds]) await contestant.release();
  }
}

function requireLocked({ lock, digest }: EvaluateRequest['holdout']): void {
  if (digest === lockDigest(lock)) return;
  throw new MergewayError(
    'MW_DATA_MISMATCH',
    `the holdout ${lock.uri} has digest ${digest}, its lock promises ${lockDigest(lock)}`,
  );
}

async function openContestants(
  { backend, progress }: EvaluatePorts,
  { model, candidate, champion }: EvaluateRequest,
  opened: Contestant[],
): Promise<void> {
  const { predict } = model.evaluate;
  progress.say('loading the candidate');
  // A champion that cheats was registered before the policy said so; what takes its place has to be measured beside it.
  const unseen = unseenColumns(model.evaluate);
  opened.push(await openContestant(backend, { name: 'candidate', bytes: candidate.bytes, predict, unseen }));
  if (!champion) return;
  progress.say(`loading champion ${champion.version}`);
  opened.push(
    await openContestant(backend, {
      name: `champion ${champion.version}`,
      bytes: champion.bytes,
      predict: champion.predict ?? predict,
    }),
  );
}

/** Loaded under the candidate's terms: its tensor names, and the columns that no model may read. */
async function openSeeds(
  { backend, progress }: EvaluatePorts,
  { model, seeds = [] }: EvaluateRequest,
  opened: Contestant[],
): Promise<void> {
  const { predict } = model.evaluate;
  const unseen = unseenColumns(model.evaluate);
  for (const [index, { bytes }] of seeds.entries()) {
    const name = `seed ${index + 1}`;
    progress.say(`loading ${name}`);
    opened.push(await openContestant(backend, { name, bytes, predict, unseen }));
  }
}

async function read(
  { table, random, progress }: EvaluatePorts,
  { model, candidate, champion, holdout: { paths, lock }, profile }: EvaluateRequest,
  {
    contestants,
    seeds,
  }: {
    readonly contestants: readonly (Contestant & Pick<Entrant, 'stored'>)[];
    readonly seeds: readonly Contestant[];
  },
): Promise<{ readonly holdout: Scored; readonly columns: readonly ColumnProfile[] }> {
  const { key, label, groups, slices = [] } = model.evaluate;
  const tables: OpenTable[] = [];
  try {
    const opened = await open(paths);
    requireColumns(
      [...hindsightColumns(model.evaluate), ...roleColumns(model.evaluate, 'evaluate.')],
      opened.columns,
    );
    const entrants: Entrant[] = [];
    for (const [index, { joined }] of [candidate, ...(champion ? [champion] : [])].entries()) {
      const contestant = contestants[index];
      const own = joined && (await open([joined.path]));
      if (contestant) entrants.push({ ...contestant, own });
    }
    const rivals = entrants.length;
    for (const seed of seeds) {
      entrants.push({ ...seed, own: candidate.joined && (await open([candidate.joined.path])) });
    }
    const wanted = groupingsWanted(groups, model.gates.bias);
    const roles = roleColumns(model.evaluate, 'evaluate.').map(({ column }) => column);
    const columns = new Set([...wanted.flat().map(sourceColumn), ...roles]);
    const flags = await sliceFlags(opened, slices);
    const request = { key, label, groups: [...columns], flags, entrants };
    const all = await readHoldout(opened, request, { random, progress });
    const holdout = {
      ...all,
      scores: all.scores.slice(0, rivals),
      seedScores: all.scores.slice(rivals),
    };
    if (lock.rows === undefined || lock.rows === holdout.rows) {
      const [first] = entrants;
      return {
        holdout,
        columns: profile && first ? await profileEntrant(first, opened, profile, progress) : [],
      };
    }
    throw new MergewayError(
      'MW_DATA_MISMATCH',
      `the holdout ${lock.uri} has ${holdout.rows} rows, its lock promises ${lock.rows}`,
    );
  } finally {
    for (const opened of tables) await opened.close();
  }

  async function open(files: readonly string[]): Promise<OpenTable> {
    const opened = await table.open(files);
    tables.push(opened);
    return opened;
  }
}

/** The champion's predictions, where an earlier evaluation kept them. */
async function storedOf({ predictions, progress }: EvaluatePorts, request: EvaluateRequest) {
  if (!predictions || !request.champion) return undefined;
  const stored = await predictions.find(predictionsId(request, request.champion));
  if (stored)
    progress.say(`champion ${request.champion.version} is not run again: its predictions were kept`);
  return stored;
}

function withStored([candidate, champion]: readonly Contestant[], stored: Stored | undefined) {
  return [...(candidate ? [candidate] : []), ...(champion ? [{ ...champion, stored }] : [])];
}

/** Keeps what was predicted; what was kept before is named again. A store that can't be written is said, and costs no evaluation. */
async function keep(
  { predictions: archive, progress }: EvaluatePorts,
  request: EvaluateRequest,
  { holdout, stored }: { readonly holdout: Holdout; readonly stored: Stored | undefined },
): Promise<EvaluationPredicate['predictions']> {
  if (!archive) return undefined;
  const { keys, labels, scores } = holdout;
  const [ours, theirs] = scores.map((block): KeptPredictions => ({ keys, labels, ...block }));
  const { candidate, champion } = request;
  const isNew = champion !== undefined && theirs !== undefined && !stored;
  const kept = isNew ? await keepOne(predictionsId(request, champion), theirs) : null;
  return {
    candidate: ours ? await keepOne(predictionsId(request, candidate), ours) : null,
    champion: stored ? { ...stored.file, reused: true } : kept,
  };

  async function keepOne(of: Digest, scored: KeptPredictions): Promise<PredictionsFile | null> {
    try {
      return (await archive?.keep(of, scored)) ?? null;
    } catch (error) {
      if (!(error instanceof MergewayError)) throw error;
      progress.say(`predictions were not kept: ${error.message} (${error.code})`);
      return null;
    }
  }
}

function predictionsId(
  { model: { evaluate }, holdout, mergewayVersion }: EvaluateRequest,
  model: EvaluateRequest['candidate'] & Pick<NonNullable<EvaluateRequest['champion']>, 'predict'>,
): Digest {
  const { key, label, predict } = evaluate;
  return identityOf({
    model: model.digest,
    holdout: holdout.digest,
    key,
    label,
    features: model.joined?.features,
    predict: model.predict ?? predict,
    mergeway: mergewayVersion,
  });
}

function measure({ progress }: EvaluatePorts, request: EvaluateRequest, whole: Scored) {
  const { gates } = request.model;
  const { holdout, candidate, champion, seeds, clusters, chosenThreshold } = judgedOf(request, whole);
  const seed = `${request.candidate.digest} ${request.champion?.digest ?? 'none'} ${request.holdout.digest}`;
  const judged = new Set(judgedMetrics(gates));
  const contest = { candidate, champion, seed, judged, clusters: clusters?.codes, seeds };
  const metrics = measureContest(contest, (done, of) => progress.say(`measured ${done} of ${of} resamples`));
  progress.say('measuring groups');
  const curves = curvesOf(candidate);
  return {
    candidate,
    ...(candidate.task === 'binary-classification' && { threshold: candidate.threshold }),
    ...(chosenThreshold && { chosenThreshold }),
    metrics,
    ...(clusters && { clusters: clusters.count }),
    ...groupEvidence(request.model, holdout, contest),
    ...sliceEvidence(request.model, holdout, contest, {
      restricted: request.restricted ?? new Set(),
      onSlice: (name) => progress.say(`measuring slice ${name}`),
    }),
    ...(curves && { curves: { candidate: curves, champion: (champion && curvesOf(champion)) ?? null } }),
  };
}

/** Those of benchmark gates, and those that bias gates hold against all rows. */
function judgedMetrics({ benchmark, bias }: ModelConfig['gates']): readonly string[] {
  return [
    ...benchmark.map(({ metric }) => metric),
    ...bias.flatMap((gate) => (comparedTo(gate) === 'overall' ? (groupMetricOf(gate) ?? []) : [])),
  ];
}

/** What both models predict of the rows that are judged: all, or those that had no part in choosing a threshold. */
function judgedOf(request: EvaluateRequest, holdout: Scored) {
  const { task, evaluate: evaluation } = request.model;
  const { threshold, ...predict } = evaluation.predict;
  const { clusters, ...roles } = readRoles(evaluation, { cells: holdout.groups, nameRow: holdout.nameRow });
  const label = { name: evaluation.label, cells: holdout.labels, nameRow: holdout.nameRow };
  const reading = { ...predict, ...(typeof threshold === 'number' && { threshold }), task };
  const [candidate, champion = null] = holdout.scores.map((block, index) =>
    predictionsOf(
      block,
      label,
      { ...reading, ...(index > 0 && positiveOf(request)) },
      index === 0 ? 'candidate' : 'champion',
      roles,
    ),
  );
  const seeds = holdout.seedScores.map((block, index) =>
    predictionsOf(block, label, reading, `seed ${index + 1}`, roles),
  );
  if (!candidate) throw new Error('an evaluation has a candidate');
  const all = { holdout, candidate, champion, seeds, clusters, chosenThreshold: undefined };
  if (typeof threshold !== 'object' || candidate.task !== 'binary-classification') return all;
  const rival = champion?.task === 'binary-classification' ? champion : null;
  const own = seeds.filter((one) => one.task === 'binary-classification');
  const { cluster } = evaluation;
  const keys = cluster === undefined ? holdout.keys : (holdout.groups[cluster] ?? []).map(String);
  return judgedHalf({ holdout, candidate, champion: rival, seeds: own, clusters }, threshold, keys);
}

/** The champion's own column of the positive class, where its output is laid out differently. */
function positiveOf({ champion }: EvaluateRequest) {
  return champion?.predict?.positive === undefined ? {} : { positive: champion.predict.positive };
}

async function time(
  ports: EvaluatePorts,
  { model, candidate, champion, holdout: { digest, lock } }: EvaluateRequest,
  contestants: readonly Contestant[],
  holdout: Holdout,
) {
  const timed = [candidate, ...(champion ? [champion] : [])].map(({ bytes }, index) =>
    timedModel(bytes, contestants[index], holdout, index),
  );
  const [ours, theirs] = timed;
  if (!ours) throw new Error('an evaluation has a candidate');
  const subject = {
    candidate: candidate.digest,
    holdout: { digest, uri: lock.uri, rows: holdout.rows },
  };
  return timeModels({ gates: model.gates, subject, candidate: ours, champion: theirs ?? null }, ports);
}

function timedModel(
  bytes: Uint8Array,
  contestant: Contestant | undefined,
  { samples, sampleRows, nameRow }: Holdout,
  index: number,
): TimedModel {
  if (!contestant) throw new Error('every model of an evaluation is loaded');
  const sample = samples[index] ?? {};
  return {
    bytes,
    rows: Array.from({ length: sampleRows }, (_, row) =>
      contestant.inputs(sample, { from: row, to: row + 1 }, nameRow),
    ),
    run: (inputs) => contestant.run(inputs),
  };
}

function profileOf(
  { model, candidate, holdout, origin }: EvaluateRequest,
  read: {
    readonly rows: number;
    readonly columns: readonly ColumnProfile[];
    readonly candidate: Predictions;
    readonly metrics: EvaluationPredicate['metrics'];
  },
): Statement<ProfilePredicate> {
  return profileOfEvaluation({
    model,
    candidate: candidate.digest,
    holdout: { digest: holdout.digest, uri: holdout.lock.uri, rows: read.rows },
    origin,
    columns: read.columns,
    predictions: read.candidate,
    metrics: read.metrics,
  });
}

/** What was evaluated, where and under which policy. */
function circumstances(request: EvaluateRequest, rows: number) {
  const { model, champion, holdout } = request;
  return {
    mergeway: request.mergewayVersion,
    model: model.name,
    task: model.task,
    candidate: request.candidate.digest,
    champion: champion ? { digest: champion.digest, version: champion.version } : null,
    holdout: { digest: holdout.digest, uri: holdout.lock.uri, rows },
    configuration: configurationDigest(model),
    runner: request.runner,
    origin: request.origin,
    ...featuresOf(request),
    ...(request.skew && { skew: request.skew }),
    ...(request.seeds?.length && { seeds: request.seeds.map(({ digest }) => digest) }),
  };
}

function featuresOf({ candidate, champion }: EvaluateRequest): Pick<EvaluationPredicate, 'features'> {
  if (!candidate.joined && !champion?.joined) return {};
  return {
    features: {
      candidate: candidate.joined?.features ?? null,
      champion: champion?.joined?.features ?? null,
    },
  };
}
