/** What changed between the commit of the champion and the head that is judged: the causes that a report can name. */

import { type InputChange, inputChanges } from '../candidate/input-changes.ts';
import type { ModelRegistry } from '../ports/model-registry.ts';
import type { SourceTree } from '../ports/source-tree.ts';
import { inputsAt } from './affected-models.ts';
import { isRefusal } from './checks.ts';

export interface ChangesPorts {
  readonly source: SourceTree;
  readonly registry: Pick<ModelRegistry, 'state'>;
}

export interface ChangesQuestion {
  readonly model: string;
  /** Commit that the candidate was trained from. */
  readonly head: string;
  /** The champion's version. */
  readonly version: string;
}

/**
 * Undefined where it can't be told: a version of another tool, a commit that this clone does not have, a configuration that today's
 * Mergeway does not read. It explains a report, and no verdict rests on it.
 */
export async function changesSince(
  { source, registry }: ChangesPorts,
  { model, head, version }: ChangesQuestion,
): Promise<readonly InputChange[] | undefined> {
  const { versions } = await registry.state(model);
  const champion = versions.find((one) => one.version === version);
  const commit = champion && (await source.resolve(champion.commit));
  if (!commit) return undefined;
  try {
    const [before, after] = [await inputsAt(source, commit, model), await inputsAt(source, head, model)];
    return before && after && inputChanges(before.parts, after.parts);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return undefined;
  }
}
