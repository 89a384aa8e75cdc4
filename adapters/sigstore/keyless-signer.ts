/**
 * Signs as the workflow that runs: GitHub's identity token buys a certificate for a key that lives as long as the signature takes, and
 * a log or a timestamp authority testifies when. https://docs.sigstore.dev/certificate_authority/overview/
 */

import { bundleToJSON } from '@sigstore/bundle';
import { DSSEBundleBuilder, FulcioSigner, RekorWitness, TSAWitness } from '@sigstore/sign';
import { MergewayError } from '#core/errors.ts';
import type { Signer } from '#core/ports/signatures.ts';
import { STATEMENT_TYPE } from './envelope.ts';

/** Waiting for one answer, in milliseconds. */
const PATIENCE_MS = 30_000;
const RETRIES = 2;

/** Where certificates, log and timestamps are; a deployment has a log, a timestamp authority, or both. */
export interface Deployment {
  readonly fulcio: string;
  readonly rekor?: string;
  readonly timestamps?: string;
}

/** The public good, whose log everybody can read: names of repositories and workflows stand there for ever. */
export const PUBLIC_GOOD: Deployment = {
  fulcio: 'https://fulcio.sigstore.dev',
  rekor: 'https://rekor.sigstore.dev',
};

/** GitHub's own, for private repositories: no public log, a timestamp authority instead. */
export const GITHUB: Deployment = {
  fulcio: 'https://fulcio.githubapp.com',
  timestamps: 'https://timestamp.githubapp.com',
};

export interface KeylessOptions {
  readonly deployment: Deployment;
  /** An OpenID Connect token with the audience `sigstore`. */
  readonly token: () => Promise<string>;
}

/** A signer with the token's identity. Its `sign` throws MW_SIGNING_FAILED. */
export function keylessSigner({ deployment, token }: KeylessOptions): Signer {
  const { fulcio, rekor, timestamps } = deployment;
  const patience = { retry: RETRIES, timeout: PATIENCE_MS };
  const builder = new DSSEBundleBuilder({
    signer: new FulcioSigner({ fulcioBaseURL: fulcio, identityProvider: { getToken: token }, ...patience }),
    witnesses: [
      ...(rekor ? [new RekorWitness({ rekorBaseURL: rekor, ...patience })] : []),
      ...(timestamps ? [new TSAWitness({ tsaBaseURL: timestamps, ...patience })] : []),
    ],
  });
  return {
    async sign(statement) {
      try {
        const bundle = await builder.create({ data: Buffer.from(statement), type: STATEMENT_TYPE });
        return new TextEncoder().encode(JSON.stringify(bundleToJSON(bundle)));
      } catch (cause) {
        if (cause instanceof MergewayError) throw cause;
        throw new MergewayError('MW_SIGNING_FAILED', `${fulcio}: ${reasonOf(cause)}`, { cause });
      }
    },
  };
}

/** The library's message may hold the token. */
function reasonOf(cause: unknown): string {
  const { code, cause: below } = cause as {
    readonly code?: unknown;
    readonly cause?: { readonly message?: unknown };
  };
  const why = typeof below?.message === 'string' ? `: ${below.message.slice(0, 200)}` : '';
  return code === 'IDENTITY_TOKEN_PARSE_ERROR' ? String(code) : `${String(code ?? 'unknown')}${why}`;
}
