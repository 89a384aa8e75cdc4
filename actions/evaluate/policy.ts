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
import { parseDataLock, type SourceText } from '#core/config/load.ts';
import { parseContract, secretColumns } from '#core/contract/odcs.ts';
import { MergewayError } from '#core/errors.ts';
import { type Policy, policyOf, readText } from '#core/flows/policy.ts';
import { requireResolvable } from '#core/flows/resolvable-gates.ts';
import { requireUnseen } from '#core/flows/unseen-holdout.ts';
import { requireAboveNoise } from '#core/gates/noise-floor.ts';
import type { SourceTree } from '#core/ports/source-tree.ts';

export interface EvaluationPolicy extends Policy {
  /** The lock of the holdout, as the policy's commit has it. */
  readonly lock: SourceText;
  /** Commit of the candidate; undefined: the working tree. */
  readonly head: string | undefined;
  /** Columns that the policy's contract calls restricted. */
  readonly restricted: readonly string[];
}

export interface WhichPolicy {
  readonly model: string;
  readonly head?: string | undefined;
  readonly policyRef?: string | undefined;
  readonly holdoutRef?: string | undefined;
}

/** MW_CONFIG_MISSING, MW_CONFIG_INVALID, MW_COMMIT_NOT_FOUND, MW_HOLDOUT_SEEN, MW_GATE_BELOW_NOISE. */
export async function policyFor(which: WhichPolicy, io: Io): Promise<EvaluationPolicy> {
  const { cwd } = io;
  const { model, head, policyRef, holdoutRef } = which;
  if (head === undefined && policyRef === undefined && holdoutRef === undefined) {
    const config = await readModelConfig(cwd, model);
    const contract = config.gates.data && (await readSource(cwd, config.gates.data.contract));
    const lock = await readSource(cwd, config.evaluate.data);
    const { rows } = parseDataLock(lock);
    if (rows !== undefined) requireAboveNoise(config, rows);
    return {
      config,
      from: 'base',
      lock,
      head: undefined,
      restricted: restrictedBy(contract),
    };
  }

  await requireRepository(io);
  const source = gitSourceTree(cwd);
  const here = (await gitHead(cwd)).commit;
  const base = policyRef === undefined ? here : await commitOf(source, policyRef);
  const headCommit = head === undefined ? here : await commitOf(source, head);
  const policy = await policyOf(source, { model, base, head: headCommit });
  const { gates, evaluate } = policy.config;
  const commit = policy.from === 'base' ? base : headCommit;
  const lockCommit = holdoutRef === undefined ? commit : await commitOf(source, holdoutRef);
  await requireUnseen(source, { config: policy.config, head: headCommit, holdout: lockCommit });
  await requireResolvable(source, { model, head: headCommit });
  const lock = await sourceAt(source, lockCommit, evaluate.data);
  const contract = gates.data && (await sourceAt(source, commit, gates.data.contract));
  return { ...policy, lock, head: headCommit, restricted: restrictedBy(contract) };
}

async function sourceAt(source: SourceTree, commit: string, path: string): Promise<SourceText> {
  const text = await readText(source, commit, path);
  if (text === undefined) throw new MergewayError('MW_CONFIG_MISSING', `${path} does not exist at ${commit}`);
  return { path, text };
}

function restrictedBy(contract: SourceText | undefined): readonly string[] {
  return contract ? secretColumns(parseContract(contract)) : [];
}
