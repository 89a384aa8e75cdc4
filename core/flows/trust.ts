/** Whom the policy lets sign evidence: `signing` of mergeway.yaml with the files that it names, of the same commit. */

import type { Signing } from '../config/signing.ts';
import { MergewayError } from '../errors.ts';
import type { Trust } from '../ports/signatures.ts';
import type { SourceTree } from '../ports/source-tree.ts';
import { readMergeway, readText } from './policy.ts';

/** As `findTrust`, but MW_CONFIG_MISSING when no commit has one. */
export async function trustAt(source: SourceTree, commits: readonly string[]): Promise<Trust> {
  const trust = await findTrust(source, commits);
  if (trust) return trust;
  throw noTrust(`commit ${commits.join(' and ')}`);
}

/** The trust of the first of the commits that has one. MW_CONFIG_MISSING when a named file is not there; MW_CONFIG_INVALID. */
export async function findTrust(source: SourceTree, commits: readonly string[]): Promise<Trust | undefined> {
  for (const commit of commits) {
    const { signing } = await readMergeway(source, commit);
    if (signing) return trustFrom(signing, (path) => readText(source, commit, path), `commit ${commit}`);
  }
  return undefined;
}

/** `signing` with its files read; `where` is for people. MW_CONFIG_MISSING. */
export async function trustFrom(
  signing: Signing,
  read: (path: string) => Promise<string | undefined>,
  where: string,
): Promise<Trust> {
  const { identity, issuer, 'trusted-root': root, 'public-key': key } = signing;
  const textOf = async (path: string) => {
    const text = await read(path);
    if (text !== undefined) return text;
    throw new MergewayError(
      'MW_CONFIG_MISSING',
      `${path}, which signing of mergeway.yaml names, is not in ${where}`,
    );
  };
  return {
    ...(identity !== undefined &&
      root !== undefined && { identity, issuer, trustedRoot: await textOf(root) }),
    ...(key !== undefined && { publicKey: await textOf(key) }),
  };
}

/** MW_CONFIG_MISSING: a signature is asked for, and nobody is named who may make it. */
export function noTrust(where: string): MergewayError {
  return new MergewayError(
    'MW_CONFIG_MISSING',
    `a signature counts only by \`signing\` of mergeway.yaml, which says whose; ${where} has none`,
  );
}
