/**
 * The holdout as candidate and champion read it: each with the features of its own commit, by git and never checked out. Both get the
 * data of the candidate's commit: the champion's own locks may end before the holdout begins.
 */

import { join } from 'node:path';
import type { Io } from '#actions/command.ts';
import type { DataPlaces, LockedData } from '#actions/data.ts';
import { joinLabels } from '#actions/features/join.ts';
import { commitPlace, folderPlace } from '#actions/features/place.ts';
import { gitSourceTree } from '#adapters/git/source-tree.ts';
import type { ModelConfig } from '#core/config/model.ts';
import { type FeaturePlace, newestOf, viewFiles } from '#core/flows/feature-sources.ts';
import type { JoinedHoldout } from '#core/flows/evaluate-request.ts';
import type { DataFile } from '#core/flows/join-features.ts';
import { type ModelFeatures, modelFeatures } from '#core/flows/model-features.ts';
import type { Champion } from './artifacts.ts';
import type { EvaluationPolicy } from './policy.ts';

export interface EntrantsRequest {
  readonly policy: EvaluationPolicy;
  readonly champion: Champion | undefined;
  readonly holdout: LockedData;
  readonly places: DataPlaces;
  /** For what is read by git and for what is joined; the caller removes it. */
  readonly folder: string;
}

/** Nothing for a model without features, which reads the holdout itself. */
export type Joined = { readonly joined?: JoinedHoldout };

/** A model's features with the files that their sources stand for. */
export interface OpenFeatures {
  readonly features: ModelFeatures;
  /** Of each view of the service. */
  readonly sources: readonly DataFile[];
  /** Where the sources are. */
  readonly place: FeaturePlace;
}

export interface Entrants {
  readonly candidate: Joined;
  readonly champion: Joined;
  /** The candidate's. */
  readonly features: OpenFeatures | undefined;
  /** Those of the version that the champion is; undefined where it has none, or is no version. */
  readonly championFeatures: OpenFeatures | undefined;
}

/** MW_CONFIG_MISSING, MW_CONFIG_INVALID, MW_DATA_MISSING, MW_DATA_MISMATCH, MW_COLUMN_MISSING, MW_FEATURES_MISMATCH. */
export async function joinEntrants(request: EntrantsRequest, io: Io): Promise<Entrants> {
  const { policy, champion, places, folder } = request;
  const placeOf = (commit: string | undefined) =>
    commit === undefined
      ? folderPlace(places)
      : commitPlace(gitSourceTree(io.cwd), commit, { ...places, folder });

  const head = placeOf(policy.head);
  const ours = await openFeatures(policy.config, head);
  const candidate = await joinedBy('candidate', ours);
  // Bytes that no version has are taken for the candidate's like.
  if (!champion?.registered) {
    return { candidate, champion: candidate, features: ours, championFeatures: undefined };
  }

  const { commit, config } = champion.registered;
  const own = placeOf(commit);
  const theirs = await openFeatures(atTimeOf(policy.config, config), own, newestOf(head, own));
  return {
    candidate,
    champion: await joinedBy('champion', theirs),
    features: ours,
    championFeatures: theirs,
  };

  async function joinedBy(name: string, opened: OpenFeatures | undefined): Promise<Joined> {
    if (!opened) return {};
    const { features, sources } = opened;
    const labels = { name: `the holdout for the ${name}`, path: request.holdout.file };
    const { path } = await joinLabels(
      features,
      { labels, sources, out: join(folder, `${name}.parquet`) },
      io,
    );
    return { joined: { path, features: describe(features) } };
  }
}

async function openFeatures(
  config: ModelConfig,
  definitions: FeaturePlace,
  data: FeaturePlace = definitions,
): Promise<OpenFeatures | undefined> {
  const features = await modelFeatures(definitions.files, config, data.files);
  return features && { features, sources: await viewFiles(features, data), place: data };
}

/** Both are asked at the times that the policy says. */
function atTimeOf({ evaluate: { time } }: ModelConfig, config: ModelConfig): ModelConfig {
  return time === undefined ? config : { ...config, evaluate: { ...config.evaluate, time } };
}

function describe({ service, sources }: ModelFeatures): JoinedHoldout['features'] {
  return {
    service: service.name,
    digest: service.digest,
    sources: sources.map(({ path, identity }) => ({ path, identity })),
  };
}
