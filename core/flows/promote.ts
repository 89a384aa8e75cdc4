/**
 * How a digest moves: on merge to `canary` (or straight to `production`), from there to `production` or home, and by hand
 * back to an older version.
 *
 * Each story may be told again after a crash at any point and ends the same. The order makes it so: the version first (one per
 * digest and commit), then the ledger entry (its id made of what moves, so that a retry finds it), then the tag that moves the
 * stage and carries the entry. A story whose model has moved on since (a later entry of the ledger) changes nothing any more.
 */

import type { Digest } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import type { LedgerDraft, LedgerEntry } from '../ledger/entry.ts';
import { writeTagNote } from '../ledger/tag-note.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { ModelRegistry, ModelState, ModelVersion, Stage } from '../ports/model-registry.ts';

export interface PromotionPorts {
  readonly registry: ModelRegistry;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

/** What a merge brings. */
export interface MergedCandidate {
  readonly model: string;
  readonly digest: Digest;
  /** Merge commit; the version is registered there. */
  readonly commit: string;
  /** Who merged: a GitHub login. */
  readonly actor: string;
  readonly evidence: readonly Digest[];
  readonly pullRequest?: number;
  readonly reason: string;
}

/** A decision about a version that is registered. */
export interface StageDecision {
  readonly model: string;
  /** `v<semver>`. */
  readonly version: string;
  /** Id of the rollout that decided, or whatever else makes this decision one of its own. */
  readonly rollout: string;
  /** A GitHub login, or `mergeway` for its own decisions. */
  readonly actor: string;
  readonly evidence: readonly Digest[];
  readonly pullRequest?: number;
  readonly reason: string;
}

export interface Promoted {
  readonly stage: Stage;
  readonly version: ModelVersion;
  readonly entry: LedgerEntry;
}

/** After a merge: `canary` when a rollout is configured and there is a champion to compare with, else straight to `production`. A merge told again keeps the stage it got. */
export async function promoteMerge(
  ports: PromotionPorts,
  candidate: MergedCandidate,
  policy: { readonly rollout: boolean },
): Promise<Promoted> {
  const stage = (await stageGiven(ports, candidate)) ?? (await stageFor(ports, candidate, policy));
  return assignMerged(ports, candidate, stage);
}

async function stageGiven(
  { ledger }: PromotionPorts,
  candidate: MergedCandidate,
): Promise<Stage | undefined> {
  const ids = new Set((await ledger.entries()).map(({ id }) => id));
  return (['canary', 'production'] as const).find((stage) => ids.has(mergeId(stage, candidate)));
}

async function stageFor(
  { registry }: PromotionPorts,
  { model, digest, commit }: MergedCandidate,
  { rollout }: { readonly rollout: boolean },
): Promise<Stage> {
  const champion = (await registry.state(model)).stages.production;
  const itself = champion?.digest === digest && champion.commit === commit;
  return rollout && champion && !itself ? 'canary' : 'production';
}

function mergeId(stage: Stage, { model, commit, digest }: MergedCandidate): string {
  return `${stage}/${model}/${commit}/${digest}`;
}

/** The rollout ended well: the canary takes `production` and gives `canary` back. */
export async function assignProduction(ports: PromotionPorts, decision: StageDecision): Promise<Promoted> {
  const version = await activeVersion(ports, decision);
  const entry = await record(ports, {
    ...draftOf(decision, version),
    id: `production/${decision.model}/${version.version}/${decision.rollout}`,
    action: 'production',
    stage: 'production',
  });
  if (await isLatest(ports, entry)) {
    await move(ports, 'assign', { version, stage: 'production', note: writeTagNote(entry) });
    await move(ports, 'unassign', { version, stage: 'canary' });
  }
  return { stage: 'production', version, entry };
}

/** The rollout ended badly: the version gives `canary` back. `production` was never moved. */
export async function recordRollback(ports: PromotionPorts, decision: StageDecision): Promise<Promoted> {
  const version = await activeVersion(ports, decision);
  const entry = await record(ports, {
    ...draftOf(decision, version),
    id: `rollback/${decision.model}/${version.version}/${decision.rollout}`,
    action: 'rollback',
    stage: 'canary',
  });
  if (await isLatest(ports, entry)) {
    await move(ports, 'unassign', { version, stage: 'canary', note: writeTagNote(entry) });
  }
  return { stage: 'canary', version, entry };
}

/** Somebody gives `production` back to an older version, written as gto writes a rollback: the version is assigned again. */
export async function restoreProduction(ports: PromotionPorts, decision: StageDecision): Promise<Promoted> {
  const version = await activeVersion(ports, decision);
  const entry = await record(ports, {
    ...draftOf(decision, version),
    id: `override/${decision.model}/${version.version}/${decision.rollout}`,
    action: 'override',
    stage: 'production',
  });
  if (await isLatest(ports, entry)) {
    await move(ports, 'assign', { version, stage: 'production', note: writeTagNote(entry) });
  }
  return { stage: 'production', version, entry };
}

/** Registers the candidate at its merge commit and gives it the stage. */
async function assignMerged(
  ports: PromotionPorts,
  candidate: MergedCandidate,
  stage: Stage,
): Promise<Promoted> {
  const { model, digest, commit } = candidate;
  const version = await ports.registry.register({ model, digest, commit, at: ports.clock.now() });
  const entry = await record(ports, {
    ...draftOf(candidate, version),
    id: mergeId(stage, candidate),
    action: stage,
    stage,
  });
  if (await isLatest(ports, entry)) {
    await move(ports, 'assign', { version, stage, note: writeTagNote(entry) });
  }
  return { stage, version, entry };
}

function draftOf(
  { model, actor, evidence, pullRequest, reason }: MergedCandidate | StageDecision,
  version: ModelVersion,
) {
  if (!version.digest) {
    throw new MergewayError(
      'MW_VERSION_UNPROVEN',
      `${model} ${version.version} was registered without an artifact's digest`,
    );
  }
  return {
    model,
    version: version.version,
    digest: version.digest,
    commit: version.commit,
    actor,
    evidence: [...evidence],
    ...(pullRequest !== undefined && { pullRequest }),
    reason: reason.slice(0, 2000),
  };
}

/** Appends to the ledger, with what holds the stage now as `before`. The same id again returns the first entry. */
async function record(
  { registry, ledger, clock }: PromotionPorts,
  { stage, ...draft }: Omit<LedgerDraft, 'before' | 'at'> & { readonly stage: Stage },
): Promise<LedgerEntry> {
  const state = await registry.state(draft.model);
  return ledger.append({
    ...draft,
    before: holderOf(state, stage),
    at: new Date(clock.now()).toISOString(),
  });
}

function holderOf({ stages }: ModelState, stage: Stage): LedgerDraft['before'] {
  const holder = stages[stage];
  return holder ? { version: holder.version, digest: holder.digest ?? null } : null;
}

/** Whether the model has not moved on since; where entries live in tags, an entry that is not written yet is the latest. */
async function isLatest({ ledger }: PromotionPorts, { model, sequence }: LedgerEntry): Promise<boolean> {
  const entries = await ledger.entries();
  return !entries.some((entry) => entry.model === model && entry.sequence > sequence);
}

async function activeVersion(
  { registry }: PromotionPorts,
  { model, version }: StageDecision,
): Promise<ModelVersion> {
  const { versions } = await registry.state(model);
  const found = versions.find((one) => one.version === version);
  if (found) return found;
  throw new MergewayError('MW_VERSION_NOT_FOUND', `${model} has no active version ${version}`);
}

async function move(
  { registry, clock }: PromotionPorts,
  verb: 'assign' | 'unassign',
  { version, stage, note }: { readonly version: ModelVersion; readonly stage: Stage; readonly note?: string },
): Promise<void> {
  await registry[verb]({
    model: version.model,
    version: version.version,
    stage,
    at: clock.now(),
    ...(note !== undefined && { note }),
  });
}
