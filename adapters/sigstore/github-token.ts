/** The identity token of a GitHub Actions job, which has `id-token: write`. https://docs.github.com/actions/reference/security/oidc */

import { z } from 'zod';
import { MergewayError } from '#core/errors.ts';

/** What Sigstore asks for. */
const AUDIENCE = 'sigstore';
const PATIENCE_MS = 30_000;

const Answer = z.object({ value: z.string().min(1).max(20_000) });

type Environment = Readonly<Record<string, string | undefined>>;

/** Asks for a token when it is called; undefined where the job has no `id-token: write`. MW_SIGNING_FAILED. */
export function githubIdentity({
  ACTIONS_ID_TOKEN_REQUEST_URL: url,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer,
}: Environment): (() => Promise<string>) | undefined {
  if (!url || !bearer) return undefined;
  return async () => {
    try {
      const address = new URL(url);
      address.searchParams.set('audience', AUDIENCE);
      const answer = await fetch(address, {
        headers: { authorization: `Bearer ${bearer}` },
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      return Answer.parse(await answer.json()).value;
    } catch (cause) {
      throw new MergewayError('MW_SIGNING_FAILED', "GitHub did not give the job's identity token", { cause });
    }
  };
}
