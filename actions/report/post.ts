/**
 * Posting with a workflow's token. A fork's token can only read: then the job summary is where the report is. The event and the client
 * are GitHub's own toolkit's, loaded only when something is posted.
 */

import { z } from 'zod';
import type { Io } from '#actions/command.ts';
import { isFile } from '#actions/files.ts';
import { pullRequestNumber } from '#actions/pull-request.ts';
import { githubForge } from '#adapters/github/forge.ts';
import { MergewayError } from '#core/errors.ts';
import { REPORT_MARKER } from '#core/report/markdown.ts';
import { VERSION } from '#core/version.ts';

/** Who comments with a workflow's token. */
const WORKFLOW_LOGIN = 'github-actions[bot]';

/** Address of the comment; undefined where the token may not write. MW_USAGE when no pull request is known. */
export async function postReport(
  markdown: string,
  pullRequest: string | undefined,
  io: Io,
): Promise<string | undefined> {
  const given = pullRequest === undefined ? undefined : pullRequestNumber(pullRequest);
  const post = await openPost(given, io);
  return post.upsert(REPORT_MARKER, markdown);
}

/** A conversation to comment in. Addresses are undefined where the token may not write. */
export interface Post {
  /** Head commit of the pull request that the event is about, else the commit of the run. */
  readonly sha: string;
  create(body: string): Promise<string | undefined>;
  /** Updates the comment of ours that holds the marker, or creates it. */
  upsert(marker: string, body: string): Promise<string | undefined>;
}

export interface PostOptions {
  /** As CML: REPO_TOKEN counts before GITHUB_TOKEN, and a commit's open pull request is found. */
  readonly asCml?: boolean;
}

/** The pull request of that number, else the event's. MW_USAGE when neither is known. */
export async function openPost(
  given: number | undefined,
  { env, progress }: Io,
  { asCml = false }: PostOptions = {},
): Promise<Post> {
  const [owner, repo] = (env.GITHUB_REPOSITORY ?? '').split('/');
  const own = asCml ? env.CML_TOKEN || env.REPO_TOKEN || env.repo_token : undefined;
  const token = own || env.GITHUB_TOKEN;
  if (!owner || !repo || !token) throw cannotPost();

  const { context, getOctokit } = await toolkit(env);
  const silent = () => undefined;
  const client = getOctokit(token, {
    userAgent: `mergeway/${VERSION}`,
    baseUrl: (env.GITHUB_API_URL ?? context.apiUrl).replace(/\/$/, ''),
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  const login = own ? await loginOf(() => client.rest.users.getAuthenticated()) : WORKFLOW_LOGIN;
  const forge = githubForge(client, { owner, repo, login });
  const sha = String(context.payload.pull_request?.head?.sha ?? context.sha);
  const inEvent = given ?? context.payload.pull_request?.number ?? context.payload.issue?.number;
  const number = inEvent ?? (asCml ? (await forge.pullRequestsOf(sha))[0]?.number : undefined);
  if (number === undefined) throw cannotPost();

  const send = async (write: () => Promise<{ readonly url: string }>) => {
    progress.say(`posting to ${owner}/${repo}#${number}`);
    try {
      return (await write()).url;
    } catch (cause) {
      if (!(cause instanceof MergewayError) || cause.code !== 'MW_FORGE_FORBIDDEN') throw cause;
      progress.say(
        'this token may not comment (as for pull requests of forks): the report is in the job summary',
      );
      return undefined;
    }
  };
  return {
    sha,
    create: (body) => send(() => forge.comment(number, body)),
    upsert: (marker, body) => send(() => forge.upsertComment(number, marker, body)),
  };
}

/** Whose a personal token is; a job's own token may not ask, and is the workflow's. */
async function loginOf(ask: () => Promise<{ readonly data: unknown }>): Promise<string> {
  const answer = await ask().catch(() => undefined);
  const user = z.object({ login: z.string() }).safeParse(answer?.data);
  return user.success ? user.data.login : WORKFLOW_LOGIN;
}

function cannotPost(): MergewayError {
  return new MergewayError(
    'MW_USAGE',
    'posting needs a pull request (--pull-request, or the event of a workflow), GITHUB_REPOSITORY and GITHUB_TOKEN',
  );
}

/** The toolkit reads the event's file while it is loaded, and prints or throws when that is not what it should be. */
async function toolkit({ GITHUB_EVENT_PATH: path }: Io['env']) {
  if (path && !(await isFile(path))) {
    throw new MergewayError('MW_USAGE', `GITHUB_EVENT_PATH names ${path}, which is no file`);
  }
  try {
    return await import('@actions/github');
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new MergewayError('MW_USAGE', `GITHUB_EVENT_PATH names ${path}, which is no JSON`, { cause });
  }
}
