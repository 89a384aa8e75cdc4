/** Whom a command believes: its own options, else `signing` of mergeway.yaml. */

import { join, resolve } from 'node:path';
import { GITHUB_ISSUER } from '#core/config/signing.ts';
import { MergewayError } from '#core/errors.ts';
import { trustFrom } from '#core/flows/trust.ts';
import type { Trust } from '#core/ports/signatures.ts';
import type { Io, OptionTable } from './command.ts';
import { isFile, readBytes, readSource } from './files.ts';
import { readMergewayConfig } from './model.ts';

/** Trusted roots and keys are small, in bytes. */
const MAX_TRUST_BYTES = 1024 * 1024;

export const TRUST_OPTIONS = {
  trustedRoot: {
    value: 'file',
    summary:
      "Trusted root of Sigstore, as `gh attestation trusted-root` prints it; by default mergeway.yaml's `signing`",
  },
  identity: { value: 'identity', summary: 'Exactly who must have signed, with --trusted-root' },
  issuer: {
    value: 'url',
    summary: "Who must vouch for the identity; by default GitHub Actions' token service",
  },
  publicKey: { value: 'file.pem', summary: 'Public key (ECDSA P-256, PEM) that must have signed' },
} as const satisfies OptionTable;

export interface TrustOptions {
  readonly trustedRoot?: string | undefined;
  readonly identity?: string | undefined;
  readonly issuer?: string | undefined;
  readonly publicKey?: string | undefined;
}

/** The trust that options name; undefined when they name none. MW_USAGE for half of one, MW_FILE_MISSING. */
export async function trustOfOptions(options: TrustOptions, { cwd }: Io): Promise<Trust | undefined> {
  const { trustedRoot, identity, issuer, publicKey } = options;
  if ((trustedRoot === undefined) !== (identity === undefined)) {
    throw new MergewayError('MW_USAGE', '--trusted-root and --identity belong together');
  }
  if (trustedRoot === undefined && publicKey === undefined) {
    if (issuer === undefined) return undefined;
    throw new MergewayError('MW_USAGE', '--issuer needs --trusted-root and --identity');
  }
  const textOf = async (path: string) =>
    new TextDecoder().decode(await readBytes(resolve(cwd, path), MAX_TRUST_BYTES));
  return {
    ...(trustedRoot !== undefined &&
      identity !== undefined && {
        identity,
        issuer: issuer ?? GITHUB_ISSUER,
        trustedRoot: await textOf(trustedRoot),
      }),
    ...(publicKey !== undefined && { publicKey: await textOf(publicKey) }),
  };
}

/** `signing` as the working tree has it; undefined without one. MW_CONFIG_MISSING, MW_CONFIG_INVALID. */
export async function trustHere({ cwd }: Io): Promise<Trust | undefined> {
  const { signing } = await readMergewayConfig(cwd);
  if (!signing) return undefined;
  const read = async (path: string) =>
    (await isFile(join(cwd, path))) ? (await readSource(cwd, path)).text : undefined;
  return trustFrom(signing, read, cwd);
}
