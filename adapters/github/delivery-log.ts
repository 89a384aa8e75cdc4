/** The log of an App's webhook deliveries, read and asked with the App's own JWT. Its pages have cursors, not numbers. */

import { z } from 'zod';
import { MergewayError } from '#core/errors.ts';
import type { DeliveryLog, FailedDelivery } from '#core/ports/delivery-log.ts';
import { API_VERSION, type GitHubAnswer, type GitHubClient } from './client.ts';
import { forgeFailure } from './failure.ts';

/** 10,000 failures: more than that wait for the next look. */
const MAX_PAGES = 100;

const Attempts = z.array(
  z.object({
    id: z.number().int(),
    guid: z.string(),
    delivered_at: z.iso.datetime({ offset: true }),
    status_code: z.number(),
    event: z.string(),
    action: z.string().nullable(),
  }),
);
type Attempt = z.infer<typeof Attempts>[number];

/** Throws MW_FORGE_FORBIDDEN, MW_FORGE_INVALID, MW_FORGE_LIMITED and MW_FORGE_UNREACHABLE. */
export function githubDeliveryLog(client: GitHubClient): DeliveryLog {
  return {
    async failedSince(since) {
      const failed: FailedDelivery[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < MAX_PAGES; page++) {
        const answer = await request(client, 'GET /app/hook/deliveries', {
          status: 'failure',
          per_page: 100,
          ...(cursor !== undefined && { cursor }),
        });
        const attempts = parsed(answer);
        const recent = attempts.filter(({ delivered_at }) => Date.parse(delivered_at) >= since);
        failed.push(...recent.filter(hasFailed).map(asFailed));
        cursor = nextCursor(answer);
        if (cursor === undefined || recent.length < attempts.length) break;
      }
      return failed;
    },

    async askAgain(id) {
      await request(client, 'POST /app/hook/deliveries/{delivery_id}/attempts', { delivery_id: id });
    },
  };
}

async function request(
  client: GitHubClient,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
): Promise<GitHubAnswer> {
  const headers = { 'x-github-api-version': API_VERSION };
  try {
    return await client.request(route, { ...parameters, headers });
  } catch (cause) {
    throw forgeFailure(cause, route, "the App's webhook log", Date.now());
  }
}

function parsed({ data }: GitHubAnswer): readonly Attempt[] {
  const result = Attempts.safeParse(data);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new MergewayError(
    'MW_FORGE_INVALID',
    `GET /app/hook/deliveries was answered with something else: ${issue?.path.join('.')}: ${issue?.message}`,
  );
}

/** GitHub Enterprise Server does not know the filter everywhere and then tells the successes too. */
function hasFailed({ status_code }: Attempt): boolean {
  return status_code < 200 || status_code > 399;
}

function asFailed({ id, guid, event, action }: Attempt): FailedDelivery {
  return { id, guid, event, action: action ?? '' };
}

function nextCursor({ headers }: GitHubAnswer): string | undefined {
  const next = /<([^>]*)>;\s*rel="next"/.exec(String(headers.link ?? ''))?.[1];
  return next && (new URL(next).searchParams.get('cursor') ?? undefined);
}
