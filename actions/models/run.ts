/** Listing models as a command. */

import type { Io, Outcome } from '#actions/command.ts';
import { commitOf } from '#actions/commit.ts';
import { gitSourceTree } from '#adapters/git/source-tree.ts';
import { affectedModels } from '#core/flows/affected-models.ts';
import { modelNames } from '#core/flows/policy.ts';
import type { ModelsOptions } from './command.ts';

/** Runs `mergeway models`. */
export async function run({ commit, base }: ModelsOptions, io: Io): Promise<Outcome> {
  const source = gitSourceTree(io.cwd);
  const head = await commitOf(source, commit);
  const models =
    base === undefined
      ? await modelNames(source, head)
      : (await affectedModels(source, { base: await commitOf(source, base), head })).map(
          ({ model }) => model,
        );
  return {
    exit: 0,
    json: { commit: head, models },
    text: models.join('\n') || 'no models',
    outputs: { models: JSON.stringify(models) },
  };
}
