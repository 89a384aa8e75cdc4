/**
 * Training-serving skew of live traffic: features that a version served in a window, held against the same computed offline by the
 * definitions of the commit that it was registered at, from the sources as they are now: those that the default branch's locks name, with
 * what arrived later.
 */

import type { ModelConfig } from '../config/model.ts';
import { secretColumns } from '../contract/odcs.ts';
import { type ErrorCode, MergewayError } from '../errors.ts';
import type { Interval } from '../intervals/schedule.ts';
import type { ServedVersion, SourcesNow } from '../ports/live-windows.ts';
import type { ModelRegistry } from '../ports/model-registry.ts';
import type { Progress } from '../ports/progress.ts';
import type { SourceTree } from '../ports/source-tree.ts';
import type { Table } from '../ports/table.ts';
import { coverageOf } from '../skew/coverage.ts';
import type { LogPart } from '../skew/request.ts';
import { type FeaturePlace, liveViews, newestOf } from './feature-sources.ts';
import { type ModelFeatures, modelFeatures } from './model-features.ts';
import { readContract, readModel } from './policy.ts';
import {
  noSkew,
  type SkewPolicy,
  sourcesNow,
  sourcesThen,
  type WindowSkew,
  windowSkew,
} from './window-skew.ts';

export interface LiveSkewPorts {
  readonly table: Table;
  /** The same, reading files where they lie: for where a source ends a column or two are enough. */
  readonly inPlace: Table;
  readonly source: SourceTree;
  readonly registry: ModelRegistry;
  /** Definitions and sources as a commit has them. */
  readonly placeAt: (commit: string) => FeaturePlace;
  readonly progress: Progress;
}

interface SkewQuestion extends ServedVersion {
  readonly window: Interval;
  readonly policy: SkewPolicy;
  /** Of the log, as far as they may hold rows of the window. */
  readonly parts: readonly LogPart[];
}

export interface LiveSkew {
  /** Undefined where they can't be looked at. */
  sources(version: ServedVersion): Promise<SourcesNow | undefined>;
  /** Checks of a window, and what its sources were. */
  checks(question: SkewQuestion): Promise<WindowSkew>;
}

export function liveSkew(ports: LiveSkewPorts): LiveSkew {
  const known = new Map<string, Defined | undefined>();

  return {
    async sources(version) {
      const found = await orTrouble(async () => {
        const defined = await definedOnce(version);
        return defined && sourcesNow(await openSources(ports, defined));
      });
      return found instanceof MergewayError ? undefined : found;
    },

    async checks(question) {
      const { policy, version } = question;
      const found = await orTrouble(async () => {
        const defined = await definedOnce(question);
        return defined
          ? compared(ports, question, defined)
          : noSkew('skipped', `${version} has no features that were looked up`, policy);
      });
      return found instanceof MergewayError ? troubled(ports, question, found) : found;
    },
  };

  /** What commits say never changes, so it is read once; the newest answer of each version is kept. */
  async function definedOnce(version: ServedVersion): Promise<Defined | undefined> {
    const key = `${version.model} ${version.version} ${version.commit}`;
    if (!known.has(key)) {
      const defined = await definedBy(ports, version);
      for (const old of known.keys()) if (old.startsWith(`${version.model} `)) known.delete(old);
      known.set(key, defined);
    }
    return known.get(key);
  }
}

/** What a version serves by, and where its sources are. */
interface Defined {
  readonly features: ModelFeatures;
  readonly place: FeaturePlace;
  /** What the contract calls restricted now, and what it did when the version was registered. */
  readonly restricted: readonly string[];
}

/** Undefined for a version without features. MW_CONFIG_MISSING, MW_CONFIG_INVALID. */
async function definedBy(
  { source, registry, placeAt }: LiveSkewPorts,
  { model, version, commit }: ServedVersion,
): Promise<Defined | undefined> {
  const { versions } = await registry.state(model);
  const registered = versions.find((one) => one.version === version);
  const config = registered && (await readModel(source, registered.commit, model));
  if (!config) {
    throw new MergewayError('MW_CONFIG_MISSING', `nothing says by what ${model} ${version} is served`);
  }
  const own = placeAt(registered.commit);
  const place = newestOf(placeAt(commit), own);
  const features = await modelFeatures(own.files, config, place.files);
  if (!features) return undefined;
  const restricted = [
    ...(await restrictedAt(source, registered.commit, config)),
    ...(await restrictedAt(source, commit, await readModel(source, commit, model))),
  ];
  return { features, place, restricted };
}

async function restrictedAt(
  source: SourceTree,
  commit: string,
  config: ModelConfig | undefined,
): Promise<readonly string[]> {
  const contract = config?.gates.data?.contract;
  return contract === undefined ? [] : secretColumns(await readContract(source, commit, contract));
}

async function openSources({ inPlace }: LiveSkewPorts, { features, place }: Defined) {
  const { service } = features;
  const sources = await liveViews(service, features.sources, place);
  return { sources, covered: await coverageOf(inPlace, { service, sources }) };
}

async function compared(ports: LiveSkewPorts, question: SkewQuestion, defined: Defined): Promise<WindowSkew> {
  const { version, window, policy, parts } = question;
  const { features, restricted } = defined;
  const { service, defaults } = features;
  const opened = await openSources(ports, defined);
  const request = { ...opened, parts, service, defaults, restricted, window, version, policy };
  const found = await orTrouble(() => windowSkew(ports.table, request));
  if (!(found instanceof MergewayError)) return found;
  // The sources are there, and waiting for more of them would not help.
  return { ...troubled(ports, question, found), sources: sourcesThen(sourcesNow(opened), window) };
}

/** Messages may name folders of this machine: they are for whoever runs it. */
function troubled(
  { progress }: LiveSkewPorts,
  { model, version, policy }: SkewQuestion,
  error: MergewayError,
): WindowSkew {
  progress.say(`skew of ${model} ${version} can't be told: ${error.message} (${error.code})`);
  const reason = `what was served could not be computed offline (${error.code}). ${error.remedy}`;
  return noSkew('inconclusive', reason, policy);
}

/** What somebody has to put right, in the repository or in the stores. Everything else is tried again with the whole look. */
const TROUBLE: readonly ErrorCode[] = [
  'MW_ARTIFACT_TOO_LARGE',
  'MW_COLUMN_MISSING',
  'MW_CONFIG_INVALID',
  'MW_CONFIG_MISSING',
  'MW_DATA_MISMATCH',
  'MW_DATA_MISSING',
  'MW_FEATURES_MISMATCH',
  'MW_TABLE_QUERY',
  'MW_TABLE_UNREADABLE',
];

async function orTrouble<Answer>(ask: () => Promise<Answer>): Promise<Answer | MergewayError> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof MergewayError && TROUBLE.includes(error.code)) return error;
    throw error;
  }
}
