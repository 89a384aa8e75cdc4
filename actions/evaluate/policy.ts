/**
 * What is measured: the model's policy as the working tree has it. With `--head` the candidate's own tensor names are laid over
 * it, and a model that the working tree does not have yet brings its own policy (design §10).
 */

import type { Io } from '#actions/command.ts';
import { commitOf } from '#actions/commit.ts';
import { readSource } from '#actions/files.ts';
import { readModelConfig } from '#actions/model.ts';
import { requireRepository } from '#actions/repository.ts';
import { gitHead } from '#adapters/git/head.ts';
import { gitSourceTree } from '#adapters/git/source-tree.ts';
import type { SourceText } from '#core/config/load.ts';
import type { ModelConfig } from '#core/config/model.ts';
import { MergewayError } from '#core/errors.ts';
import { type Policy, policyOf } from '#core/flows/policy.ts';
import type { SourceTree } from '#core/ports/source-tree.ts';

export interface EvaluationPolicy extends Policy {
  /** The lock of the holdout, as the policy's commit has it. */
  readonly lock: SourceText;
  /** Commit of the candidate; undefined: the working tree. */
  readonly head: string | undefined;
}

export interface WhichPolicy {
  readonly model: string;
  readonly head?: string | undefined;
  readonly policyRef?: string | undefined;
}

/** MW_CONFIG_MISSING, MW_CONFIG_INVALID, MW_COMMIT_NOT_FOUND. */
export async function policyFor({ model, head, policyRef }: WhichPolicy, io: Io): Promise<EvaluationPolicy> {
  const { cwd } = io;
  if (head === undefined && policyRef === undefined) {
    const config = await readModelConfig(cwd, model);
    return { config, from: 'base', lock: await readSource(cwd, config.evaluate.data), head: undefined };
  }

  await requireRepository(io);
  const source = gitSourceTree(cwd);
  const here = (await gitHead(cwd)).commit;
  const base = policyRef === undefined ? here : await commitOf(source, policyRef);
  const headCommit = head === undefined ? here : await commitOf(source, head);
  const policy = await policyOf(source, { model, base, head: headCommit });
  const lock = await lockAt(source, policy.from === 'base' ? base : headCommit, policy.config);
  return { ...policy, lock, head: headCommit };
}

async function lockAt(source: SourceTree, commit: string, { evaluate }: ModelConfig): Promise<SourceText> {
  const bytes = await source.read(commit, evaluate.data);
  if (!bytes) throw new MergewayError('MW_CONFIG_MISSING', `${evaluate.data} does not exist at ${commit}`);
  return { path: evaluate.data, text: new TextDecoder().decode(bytes) };
}
