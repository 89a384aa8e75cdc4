/** Who signs: a key that was named, else the workflow that runs. */

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { Io } from '#actions/command.ts';
import { readBytes } from '#actions/files.ts';
import { githubIdentity } from '#adapters/sigstore/github-token.ts';
import { keySigner } from '#adapters/sigstore/key-signer.ts';
import { type Deployment, GITHUB, keylessSigner, PUBLIC_GOOD } from '#adapters/sigstore/keyless-signer.ts';
import { MergewayError } from '#core/errors.ts';
import type { Signer } from '#core/ports/signatures.ts';
import type { SignOptions } from './command.ts';

/** A key is small, in bytes. */
const MAX_KEY_BYTES = 64 * 1024;

const Event = z.object({ repository: z.object({ private: z.boolean() }) });

/** MW_USAGE when there is neither a key nor an identity; MW_SIGNING_FAILED, MW_FILE_MISSING. */
export async function signerFor(options: SignOptions, io: Io): Promise<Signer> {
  if (options.key !== undefined) {
    return keySigner(new TextDecoder().decode(await readBytes(resolve(io.cwd, options.key), MAX_KEY_BYTES)));
  }
  const token = githubIdentity(io.env);
  if (token) return keylessSigner({ token, deployment: await deploymentOf(options, io) });
  throw new MergewayError(
    'MW_USAGE',
    '`mergeway sign` needs --key <file.pem>, or a job of GitHub Actions with `permissions: id-token: write`',
  );
}

async function deploymentOf(
  { fulcioUrl, rekorUrl, tsaUrl, sigstore }: SignOptions,
  io: Io,
): Promise<Deployment> {
  if (fulcioUrl !== undefined) {
    if (rekorUrl === undefined && tsaUrl === undefined) {
      throw new MergewayError(
        'MW_USAGE',
        '--fulcio-url needs --rekor-url, --tsa-url or both: nobody else tells when',
      );
    }
    return {
      fulcio: fulcioUrl,
      ...(rekorUrl !== undefined && { rekor: rekorUrl }),
      ...(tsaUrl !== undefined && { timestamps: tsaUrl }),
    };
  }
  switch (sigstore ?? (await byVisibility(io))) {
    case 'public':
      return PUBLIC_GOOD;
    case 'github':
      return GITHUB;
    default:
      throw new MergewayError(
        'MW_USAGE',
        '--sigstore is public or github, and the event does not tell whether the repository is private; in the public log its name is seen by everybody',
      );
  }
}

/** A private repository's name does not belong into a public log. */
async function byVisibility({ env }: Io): Promise<'public' | 'github' | undefined> {
  const text =
    env.GITHUB_EVENT_PATH && (await readFile(env.GITHUB_EVENT_PATH, 'utf8').catch(() => undefined));
  if (!text) return undefined;
  try {
    return Event.parse(JSON.parse(text)).repository.private ? 'github' : 'public';
  } catch {
    return undefined;
  }
}
