/** What became of a head: every model that it changes must have been judged, and none may have failed or stayed open. */

import type { Evaluation } from '../ports/store.ts';
import { overall } from '../verdict.ts';
import { affectedModels } from './affected-models.ts';
import { sortOutServed } from './in-production.ts';
import type { Workspace } from './workspace.ts';

export type HeadVerdict =
  /** Not judged yet. */
  | { readonly status: 'open' }
  /** No model has other inputs than on the base, or than what production serves. */
  | { readonly status: 'nothing' }
  /** No gate has anything to say. */
  | { readonly status: 'skipped' }
  | { readonly status: 'pass'; readonly evaluations: readonly Evaluation[] }
  /** `gates`: names of those that failed or could not tell. */
  | { readonly status: 'fail'; readonly gates: readonly string[]; readonly reasons: readonly string[] };

export async function headVerdict(
  workspace: Workspace,
  { base, head }: { readonly base: string; readonly head: string },
): Promise<HeadVerdict> {
  const { store, forge, source } = workspace;
  const affected = await affectedModels(source, { base, head });
  const all = await store.evaluations.of(forge.repository, head);
  const newest = affected.flatMap(
    ({ model }) => all.find((one) => one.model === model && one.state !== 'superseded') ?? [],
  );
  if (!newest.every(({ state }) => state === 'judged' || state === 'failed')) return { status: 'open' };
  const unjudged = affected.filter(({ model }) => newest.every((evaluation) => evaluation.model !== model));
  const { toProve } = await sortOutServed(workspace, unjudged);
  if (toProve.length > 0) return { status: 'open' };
  return newest.length > 0 ? verdictOf(newest) : { status: 'nothing' };
}

function verdictOf(evaluations: readonly Evaluation[]): HeadVerdict {
  const failed = evaluations.filter(({ state }) => state === 'failed');
  if (failed.length > 0) {
    const reasons = failed.map(({ outcome }) => outcome?.reason ?? 'the evaluation did not succeed');
    return { status: 'fail', gates: ['evaluation'], reasons };
  }
  const results = evaluations.flatMap(({ outcome }) => outcome?.results ?? []);
  const status = overall(results.map(({ verdict }) => verdict.status));
  if (status === 'pass') return { status, evaluations };
  if (status === 'skipped') return { status };
  const bad = results.filter(({ verdict }) => verdict.status === 'fail' || verdict.status === 'inconclusive');
  return {
    status: 'fail',
    gates: [...new Set(bad.map(({ gate, name }) => `${gate}: ${name}`))].sort(),
    reasons: bad.map(({ verdict }) => verdict.reason),
  };
}
