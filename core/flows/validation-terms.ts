/**
 * What evidence of a validation must speak of before the data gate looks at it: the contract as the policy's commit has it, and
 * the data that the head's locks name. A pull request that brings a laxer contract, or validates other data, proves nothing.
 */

import { lockDigest } from '../config/lock.ts';
import type { ModelConfig } from '../config/model.ts';
import { type Digest, digestOf } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import { type Statement, subjectOf } from '../evidence/statement.ts';
import { dataDigest, type ValidationPredicate } from '../evidence/validation.ts';
import type { UnfitValidation } from '../gates/data.ts';
import type { SourceTree } from '../ports/source-tree.ts';
import { readDataLock } from './policy.ts';

export interface ValidationTerms {
  /** Of the contract's bytes. */
  readonly contract: Digest;
  /** Of the training data, as `dataDigest` has it. */
  readonly data: Digest;
}

/** The terms of a model; undefined when its policy names no contract. MW_CONFIG_MISSING, MW_CONFIG_INVALID. */
export async function validationTerms(
  source: SourceTree,
  {
    config,
    policyCommit,
    head,
  }: { readonly config: ModelConfig; readonly policyCommit: string; readonly head: string },
): Promise<ValidationTerms | undefined> {
  if (!config.gates.data) return undefined;
  const { contract } = config.gates.data;
  const bytes = await source.read(policyCommit, contract);
  if (!bytes) throw missing(contract, policyCommit);

  const digests: Digest[] = [];
  for (const path of config.inputs.data) {
    const lock = await readDataLock(source, head, path);
    if (!lock) throw missing(path, head);
    digests.push(lockDigest(lock));
  }
  return { contract: digestOf(bytes), data: dataDigest(digests) };
}

/** What the data gate judges: the evidence, or why it is none. */
export function fitValidation(
  evidence: Statement<ValidationPredicate>,
  { contract, data }: ValidationTerms,
): ValidationPredicate | UnfitValidation {
  const { predicate } = evidence;
  if (predicate.contract.digest !== contract) {
    return {
      unfit: "it was held against another contract than the policy's (a changed contract is merged first)",
    };
  }
  return subjectOf(evidence) === data ? predicate : { unfit: 'it speaks of other data than the locks name' };
}

function missing(path: string, commit: string): MergewayError {
  return new MergewayError('MW_CONFIG_MISSING', `${path} does not exist at ${commit}`);
}
