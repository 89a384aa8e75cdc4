/** Columns whose values a profile must not show: what the policy's contract keeps secret, and what a service makes of it. */

import type { Io } from '#actions/command.ts';
import { readSource } from '#actions/files.ts';
import { gitSourceTree } from '#adapters/git/source-tree.ts';
import type { SourceText } from '#core/config/load.ts';
import { parseContract, secretColumns } from '#core/contract/odcs.ts';
import { MergewayError } from '#core/errors.ts';
import type { FeatureService } from '#core/features/service.ts';
import { readText } from '#core/flows/policy.ts';
import { restrictedNames } from '#core/predictions/restricted.ts';
import type { EvaluationPolicy } from './policy.ts';

/** In lower case. MW_CONFIG_MISSING, MW_CONFIG_INVALID of the contract. */
export async function restrictedColumns(
  { config, commit }: Pick<EvaluationPolicy, 'config' | 'commit'>,
  service: FeatureService | undefined,
  io: Io,
): Promise<ReadonlySet<string>> {
  const path = config.gates.data?.contract;
  if (path === undefined) return new Set();
  const contract = parseContract(
    commit === undefined ? await readSource(io.cwd, path) : await textAt(io, commit, path),
  );
  return restrictedNames(secretColumns(contract), service);
}

async function textAt({ cwd }: Io, commit: string, path: string): Promise<SourceText> {
  const text = await readText(gitSourceTree(cwd), commit, path);
  if (text !== undefined) return { path, text };
  throw new MergewayError('MW_CONFIG_MISSING', `${path} does not exist at ${commit}`);
}
