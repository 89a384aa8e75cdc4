/** Posting the report with a workflow's token. A fork's token can only read: then the job summary is where the report is. */

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Io } from '#actions/command.ts';
import { githubToken } from '#adapters/github/client.ts';
import { githubForge } from '#adapters/github/forge.ts';
import { MergewayError } from '#core/errors.ts';
import { REPORT_MARKER } from '#core/report/markdown.ts';
import { VERSION } from '#core/version.ts';

/** Who comments with a workflow's token. */
const WORKFLOW_LOGIN = 'github-actions[bot]';

const Event = z.object({ pull_request: z.object({ number: z.number().int().positive() }).optional() });

/** Address of the comment; undefined where the token may not write. MW_USAGE when no pull request is known. */
export async function postReport(
  markdown: string,
  pullRequest: string | undefined,
  { env, progress }: Io,
): Promise<string | undefined> {
  const number = pullRequest === undefined ? await eventPullRequest(env) : numberOf(pullRequest);
  const [owner, repo] = (env.GITHUB_REPOSITORY ?? '').split('/');
  const token = env.GITHUB_TOKEN;
  if (number === undefined || !owner || !repo || !token) {
    throw new MergewayError(
      'MW_USAGE',
      '--post needs a pull request (--pull-request, or the event of a workflow), GITHUB_REPOSITORY and GITHUB_TOKEN',
    );
  }
  const client = githubToken({
    token,
    userAgent: `mergeway/${VERSION}`,
    ...(env.GITHUB_API_URL && { baseUrl: env.GITHUB_API_URL }),
  });
  const forge = githubForge(client, { owner, repo, login: WORKFLOW_LOGIN });
  try {
    const { url } = await forge.upsertComment(number, REPORT_MARKER, markdown);
    return url;
  } catch (cause) {
    if (!(cause instanceof MergewayError) || cause.code !== 'MW_FORGE_FORBIDDEN') throw cause;
    progress.say(
      'this token may not comment (as for pull requests of forks): the report is in the job summary',
    );
    return undefined;
  }
}

async function eventPullRequest(env: Io['env']): Promise<number | undefined> {
  if (!env.GITHUB_EVENT_PATH) return undefined;
  const text = await readFile(env.GITHUB_EVENT_PATH, 'utf8');
  return Event.parse(JSON.parse(text)).pull_request?.number;
}

function numberOf(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new MergewayError('MW_USAGE', `--pull-request takes a number, got ${JSON.stringify(text)}`);
}
