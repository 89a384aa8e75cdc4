/**
 * The story of an evaluation: candidate and champion score the same rows of the holdout, each with the features of its own commit,
 * are timed in turns, and what was measured becomes evidence. No code of a pull request runs here, only ONNX bytes; nothing is judged
 * here either.
 */

import { lockDigest } from '../config/lock.ts';
import { sourceColumn } from '../config/group-column.ts';
import { MergewayError } from '../errors.ts';
import { requireColumns } from '../evaluation/columns.ts';
import { type Contestant, openContestant } from '../evaluation/contestant.ts';
import { groupingsWanted } from '../evaluation/groups.ts';
import { type Holdout, readHoldout } from '../evaluation/holdout.ts';
import type { Stored } from '../evaluation/kept-predictions.ts';
import { roleColumns } from '../evaluation/roles.ts';
import type { Entrant } from '../evaluation/side-by-side.ts';
import { sliceFlags } from '../evaluation/slices.ts';
import { type TimedModel, timeModels } from '../evaluation/timing.ts';
import { hindsightColumns, unseenColumns } from '../evaluation/unseen.ts';
import { type EvaluationPredicate, evaluationEvidence } from '../evidence/evaluation.ts';
import type { ColumnProfile, ProfilePredicate } from '../evidence/profile.ts';
import { type Statement, statement } from '../evidence/statement.ts';
import { configurationDigest } from '../gates/judge.ts';
import type { Predictions } from '../metrics/predictions.ts';
import type { OpenTable } from '../ports/table.ts';
import type { EvaluatePorts, EvaluateRequest } from './evaluate-request.ts';
import { keepPredictions, storedOf } from './keep-predictions.ts';
import { measureHoldout, type Scored } from './measure-holdout.ts';
import { profileEntrant } from '../profile/of-entrant.ts';
import { profileOfEvaluation } from '../profile/of-evaluation.ts';

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
    const { candidate, ...measured } = measureHoldout(ports, request, holdout);
    await request.profile?.take(profileOf(request, { rows: holdout.rows, columns, candidate, ...measured }));
    const predictions = await keepPredictions(ports, request, { holdout, stored });
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

function withStored([candidate, champion]: readonly Contestant[], stored: Stored | undefined) {
  return [...(candidate ? [candidate] : []), ...(champion ? [{ ...champion, stored }] : [])];
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
