/** Promotion as a command: tags as registry and ledger around the story in core/flows/promote-commit.ts. */

import { resolve } from 'node:path';
import type { Io, Outcome } from '#actions/command.ts';
import { commitOf } from '#actions/commit.ts';
import { pullRequestNumber } from '#actions/pull-request.ts';
import { requireRepository } from '#actions/repository.ts';
import { repositoryTags } from '#actions/tags.ts';
import { hasParent } from '#adapters/git/head.ts';
import { gitSourceTree } from '#adapters/git/source-tree.ts';
import { ociLayoutStore } from '#adapters/oci/store.ts';
import { sigstoreVerifier } from '#adapters/sigstore/verifier.ts';
import { MergewayError } from '#core/errors.ts';
import { type ModelOutcome, promoteCommit } from '#core/flows/promote-commit.ts';
import type { Json } from '#core/json.ts';
import { tagLedger } from '#core/ledger/tag-ledger.ts';
import type { SourceTree } from '#core/ports/source-tree.ts';
import { gtoRegistry } from '#core/registry/gto-registry.ts';
import { exitCode, overall } from '#core/verdict.ts';
import type { PromoteOptions } from './command.ts';

/** Runs `mergeway promote`. */
export async function run(options: PromoteOptions, io: Io): Promise<Outcome> {
  await requireRepository(io);
  const source = gitSourceTree(io.cwd);
  const commit = await commitOf(source, options.commit);
  const tags = await repositoryTags(io, options.push ? 'origin' : undefined);
  if (!tags) throw new MergewayError('MW_GIT_FAILED', `${io.cwd} is no git repository`);

  io.progress.say(`looking for what ${commit} brings`);
  const outcomes = await promoteCommit(
    {
      source,
      artifacts: ociLayoutStore(resolve(io.cwd, options.store)),
      registry: gtoRegistry(tags),
      ledger: tagLedger(tags),
      clock: io.clock,
      signatures: sigstoreVerifier(),
    },
    {
      commit,
      base: await baseOf(source, { commit, base: options.base }, io),
      actor: options.actor,
      ...(options.pullRequest !== undefined && { pullRequest: pullRequestNumber(options.pullRequest) }),
      withoutRollout: options.withoutRollout,
    },
  );
  return outcomeOf(outcomes);
}

/** The commit before, whose policy judges; undefined for a history's first commit, which has only its own. MW_COMMIT_NOT_FOUND. */
async function baseOf(
  source: SourceTree,
  { commit, base }: { readonly commit: string; readonly base: string | undefined },
  { cwd, progress }: Io,
): Promise<string | undefined> {
  if (base !== undefined) return commitOf(source, base);
  if (await hasParent(cwd, commit)) return commitOf(source, `${commit}^1`);
  progress.say(`${commit} is the first commit: no policy is from before it, and its own is used`);
  return undefined;
}

function outcomeOf(outcomes: readonly ModelOutcome[]): Outcome {
  const verdict = overall(outcomes.map(({ status }) => status));
  const promoted = outcomes.filter(({ status }) => status === 'pass');
  return {
    exit: exitCode(verdict),
    json: { verdict, models: outcomes as unknown as Json },
    text:
      outcomes
        .map(
          ({ model, status, reason, again }) =>
            `${model}: ${status === 'pass' ? (again ? 'already promoted' : 'promoted') : `not promoted, ${status}`}: ${reason}`,
        )
        .join('\n') || 'this commit changes no model',
    outputs: {
      verdict,
      versions: JSON.stringify(promoted.map(({ model, version, stage }) => ({ model, version, stage }))),
    },
  };
}
