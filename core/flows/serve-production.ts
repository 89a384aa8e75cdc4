/**
 * Serving without the App: the tags say which version of each model holds production, its commit says by which settings it is served,
 * the store has its bytes. Told again and again, it follows the tags. What can not be served leaves the version that serves now where
 * it is, and is told.
 */

import { ModelName } from '../config/model.ts';
import { type ErrorCode, MergewayError } from '../errors.ts';
import { tagLedger } from '../ledger/tag-ledger.ts';
import type { AnnotatedTags } from '../ports/annotated-tags.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { ModelState } from '../ports/model-registry.ts';
import type { SourceTree } from '../ports/source-tree.ts';
import type { TrafficPlan } from '../ports/traffic.ts';
import { gtoRegistry } from '../registry/gto-registry.ts';
import {
  isKnown,
  type Proofs,
  type ProvenProduction,
  proofsOf,
  provenProduction,
} from '../registry/production.ts';
import { modelMissing } from './policy.ts';
import { storeServingSettings } from './serving-settings.ts';

export interface ProductionPorts {
  readonly tags: AnnotatedTags;
  readonly source: SourceTree;
  /** Settings of versions are written here too. */
  readonly artifacts: ArtifactStore;
  readonly server: ProductionServer;
}

interface ProductionServer {
  /** Serves a version that somebody moved back by hand, whatever it lacks. MW_TRAFFIC_REFUSED. */
  apply(model: string, plan: TrafficPlan): Promise<void>;
  /** Serves a version that was promoted, unless it needs features that were never materialised and another one serves. MW_TRAFFIC_REFUSED. */
  succeed(model: string, plan: TrafficPlan): Promise<void>;
  /** Models that a plan was ever applied of. */
  planned(): readonly string[];
  /** Says that a model should be there: until a plan comes it is, and is not ready. */
  expect(model: string): void;
}

/** A plan and the version that it was made of. */
export interface MadePlan {
  readonly production: ProvenProduction;
  readonly plan: TrafficPlan;
}

/** What the tags want and the server does not do. */
export interface Behind {
  /** Absent: it is about the repository. */
  readonly model?: string;
  readonly version?: string;
  readonly code: ErrorCode;
  readonly reason: string;
}

export interface ServedProduction extends ProvenProduction {
  readonly model: string;
}

export interface Look {
  readonly served: readonly ServedProduction[];
  readonly behind: readonly Behind[];
}

/** Looks at the tags once. `made`: plans by model that earlier looks made, which this one renews. MW_GIT_FAILED where the tags can't be read. */
export async function serveProduction(ports: ProductionPorts, made: Map<string, MadePlan>): Promise<Look> {
  const tags = await snapshotOf(ports.tags);
  const registry = gtoRegistry(tags);
  const proofs = proofsOf(await tagLedger(tags).entries());
  const models = new Set([...(await registry.models()), ...ports.server.planned()]);

  const served: ServedProduction[] = [];
  const behind: Behind[] = [];
  for (const model of [...models].sort()) {
    const state = await registry.state(model);
    if (isForeign(state, proofs)) continue;
    try {
      const production = await serveModel(ports, made, { state, proofs });
      if (production) served.push({ model, ...production });
    } catch (error) {
      behind.push(behindOf(error, state));
      if (isKnown(proofs, model) && ModelName.safeParse(model).success) ports.server.expect(model);
    }
  }
  if (served.length === 0 && behind.length === 0) behind.push(NOTHING);
  return { served, behind };
}

const NOTHING: Behind = {
  code: 'MW_VERSION_NOT_FOUND',
  reason: 'no model of the repository holds production; `mergeway promote` gives it',
};

/** Registry and ledger must speak of one moment, and the tags may come over a network. */
async function snapshotOf({ list, create }: AnnotatedTags): Promise<AnnotatedTags> {
  const listed = await list();
  return { create, list: async () => listed };
}

/** GTO's tags also name data sets and models of other tools: their production is no business of ours. */
function isForeign({ model, stages }: ModelState, proofs: Proofs): boolean {
  const { production } = stages;
  return production !== undefined && production.digest === undefined && !isKnown(proofs, model);
}

interface Told {
  readonly state: ModelState;
  readonly proofs: Proofs;
}

async function serveModel(
  ports: ProductionPorts,
  made: Map<string, MadePlan>,
  { state, proofs }: Told,
): Promise<ProvenProduction | undefined> {
  const { model } = state;
  const production = provenProduction(state, proofs);
  if (production) {
    const known = made.get(model);
    const plan =
      known && isSame(known.production, production) ? known.plan : await planOf(ports, model, production);
    made.set(model, { production, plan });
    if (production.byHand) await ports.server.apply(model, plan);
    else await ports.server.succeed(model, plan);
    return production;
  }
  if (!ports.server.planned().includes(model)) return undefined;
  throw new MergewayError('MW_VERSION_NOT_FOUND', `no version of ${model} holds production any more`);
}

/** MW_CONFIG_INVALID, MW_CONFIG_MISSING where the commit gives no settings. */
async function planOf(
  { source, artifacts }: ProductionPorts,
  model: string,
  { commit, digest, version }: ProvenProduction,
): Promise<TrafficPlan> {
  const settings = await storeServingSettings({ source, artifacts }, { model, commit });
  if (!settings) throw await modelMissing(source, commit, model);
  return { champion: digest, championVersion: version, championSettings: settings };
}

function isSame(one: ProvenProduction, other: ProvenProduction): boolean {
  return one.digest === other.digest && one.version === other.version && one.commit === other.commit;
}

function behindOf(error: unknown, { model, stages }: ModelState): Behind {
  const version = stages.production?.version;
  return {
    model,
    ...(version !== undefined && { version }),
    code: error instanceof MergewayError ? error.code : 'MW_SYSTEM',
    reason: error instanceof Error ? error.message : String(error),
  };
}
