/**
 * Features that the champion served, against the same by the candidate's definitions: for the skew gate, from the prediction log that only
 * the evaluation job may read. What the pull request makes otherwise than the champion is not compared: the log can't hold it yet.
 */

import { resolve } from 'node:path';
import type { Io } from '#actions/command.ts';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { folderPartStore } from '#adapters/folder-parts/part-store.ts';
import { gitSourceTree } from '#adapters/git/source-tree.ts';
import { parseContract, secretColumns } from '#core/contract/odcs.ts';
import { MergewayError } from '#core/errors.ts';
import type { SkewEvidence } from '#core/evidence/skew.ts';
import { changedColumns } from '#core/features/changed.ts';
import { liveViews } from '#core/flows/feature-sources.ts';
import { readText } from '#core/flows/policy.ts';
import { compareSkew } from '#core/flows/skew.ts';
import { counted } from '#core/plural.ts';
import type { PartStore } from '#core/ports/part-store.ts';
import { allLogParts } from '#core/skew/log-parts.ts';
import type { LeftOut } from '#core/skew/request.ts';
import type { Champion } from './artifacts.ts';
import type { Entrants, OpenFeatures } from './features.ts';
import type { EvaluationPolicy } from './policy.ts';

export interface WhichSkew {
  readonly policy: EvaluationPolicy;
  readonly champion: Champion | undefined;
  readonly entrants: Entrants;
  /** Root of the prediction log's parts. */
  readonly predictionLog: string | undefined;
}

/** Undefined where the policy has no skew gate, or there is nothing served or no log to look at. A log that can't be read is a note. */
export async function skewOf(
  { policy, champion, entrants, predictionLog }: WhichSkew,
  io: Io,
): Promise<SkewEvidence | undefined> {
  const { gates, name } = policy.config;
  const { features: ours } = entrants;
  if (!gates.skew || !champion || !ours || predictionLog === undefined) return undefined;

  const { service, defaults } = ours.features;
  const log = logAt(predictionLog, io);
  try {
    const parts = await allLogParts(log, name);
    io.progress.say(`comparing ${service.name} with ${counted(parts.length, 'part')} of the prediction log`);
    return await compareSkew(duckdbTable(), {
      parts,
      service,
      defaults,
      sources: await liveViews(service, ours.features.sources, ours.place),
      tolerance: gates.skew.tolerance,
      version: champion.registered ? champion.version : undefined,
      leftOut: notServedAlike(ours, champion.registered ? entrants.championFeatures : ours),
      restricted: [...policy.restricted, ...(await restrictedThen(champion, io))],
    });
  } catch (error) {
    if (!(error instanceof MergewayError)) throw error;
    io.progress.say(`the prediction log could not be compared: ${error.message} (${error.code})`);
    const note = `the prediction log could not be compared (${error.code}); the log of the evaluation says why`;
    const { name: named, digest } = service;
    const nothing = { rows: 0, from: null, to: null, features: [], examples: [] };
    return { service: named, digest, version: champion.version, ...nothing, note };
  }
}

/** MW_USAGE for anything but a folder. */
function logAt(text: string, { cwd }: Io): PartStore {
  if (!/^[a-z0-9+]+:\/\//i.test(text)) return folderPartStore(resolve(cwd, text));
  throw new MergewayError('MW_USAGE', `--prediction-log takes a folder here, got ${JSON.stringify(text)}`);
}

/** Columns whose logged values were made by other definitions than the candidate's. */
function notServedAlike(ours: OpenFeatures, theirs: OpenFeatures | undefined): ReadonlyMap<string, LeftOut> {
  const changed = changedColumns(ours.features, theirs?.features);
  return new Map(
    [...changed].map(([column, how]): [string, LeftOut] => [
      column,
      {
        because: 'changed',
        detail: how === 'new' ? 'the champion has no such feature' : 'the champion makes it otherwise',
      },
    ]),
  );
}

/** What the contract called restricted when the champion was registered: the log holds no values of it. */
async function restrictedThen({ registered }: Champion, { cwd }: Io): Promise<readonly string[]> {
  const path = registered?.config.gates.data?.contract;
  if (!registered || path === undefined) return [];
  const text = await readText(gitSourceTree(cwd), registered.commit, path);
  return text === undefined ? [] : secretColumns(parseContract({ path, text }));
}
