/** Listing models as a command. */

import type { Io, Outcome } from '#actions/command.ts';
import { gitSourceTree } from '#adapters/git/source-tree.ts';
import { MergewayError } from '#core/errors.ts';
import { affectedModels } from '#core/flows/affected-models.ts';
import { modelNames } from '#core/flows/policy.ts';
import type { SourceTree } from '#core/ports/source-tree.ts';
import type { ModelsOptions } from './command.ts';

/** Runs `mergeway models`. */
export async function run({ commit, base }: ModelsOptions, io: Io): Promise<Outcome> {
  const source = gitSourceTree(io.cwd);
  const head = await resolved(source, commit);
  const models =
    base === undefined
      ? await modelNames(source, head)
      : (await affectedModels(source, { base: await resolved(source, base), head })).map(
          ({ model }) => model,
        );
  return {
    exit: 0,
    json: { commit: head, models },
    text: models.join('\n') || 'no models',
    outputs: { models: JSON.stringify(models) },
  };
}

async function resolved(source: SourceTree, ref: string): Promise<string> {
  const commit = await source.resolve(ref);
  if (commit) return commit;
  throw new MergewayError('MW_COMMIT_NOT_FOUND', `the clone has no commit ${ref}`);
}
