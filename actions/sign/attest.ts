/** Signatures as GitHub's attestations. Where a repository has none, the files remain, and that is said. */

import type { Io } from '#actions/command.ts';
import { postAttestation } from '#adapters/github/attestations.ts';
import { githubToken } from '#adapters/github/client.ts';
import { MergewayError } from '#core/errors.ts';
import { VERSION } from '#core/version.ts';

/** The attestation's id; null where GitHub does not take it. MW_USAGE outside of a workflow. */
export async function attest(bundle: Uint8Array, { env, progress }: Io): Promise<string | null> {
  const { GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository = '', GITHUB_API_URL: baseUrl } = env;
  const [owner, repo] = repository.split('/');
  if (!token || !owner || !repo) {
    throw new MergewayError('MW_USAGE', '--attest needs GITHUB_REPOSITORY and GITHUB_TOKEN');
  }
  const client = githubToken({ token, userAgent: `mergeway/${VERSION}`, ...(baseUrl && { baseUrl }) });
  const id = await postAttestation(client, { owner, repo }, bundle);
  if (id !== undefined) return id;
  progress.say(
    `GitHub takes no attestation for ${repository}: it needs \`attestations: write\`, and a public repository or Enterprise Cloud; the file remains`,
  );
  return null;
}
