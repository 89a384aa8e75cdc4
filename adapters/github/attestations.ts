/** Attestations of a repository. https://docs.github.com/rest/repos/attestations */

import { z } from 'zod';
import { apiOf, type RepositoryName } from './api.ts';
import type { GitHubClient } from './client.ts';

const Attestation = z.object({ id: z.union([z.number(), z.string()]) });

/** The id of the new attestation; undefined where the repository, or this token, has none: 403 and 404 are what such are answered. */
export async function postAttestation(
  client: GitHubClient,
  repository: RepositoryName,
  bundle: Uint8Array,
): Promise<string | undefined> {
  const api = apiOf(client, repository);
  const answer = await api.askUnless([403, 404], Attestation, 'POST /attestations', {
    bundle: JSON.parse(new TextDecoder().decode(bundle)),
  });
  return answer && String(answer.id);
}
