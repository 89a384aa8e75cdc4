/**
 * Posting the report with a workflow's token. A fork's token can only read: then the job summary is where the report is. The event
 * and the client are GitHub's own toolkit's, loaded only when something is posted.
 */

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
  { env, progress }: Io,
): Promise<string | undefined> {
  const given = pullRequest === undefined ? undefined : pullRequestNumber(pullRequest);
  const [owner, repo] = (env.GITHUB_REPOSITORY ?? '').split('/');
  const token = env.GITHUB_TOKEN;
  if (!owner || !repo || !token) throw cannotPost();

  const { context, getOctokit } = await toolkit(env);
  const number = given ?? context.payload.pull_request?.number;
  if (number === undefined) throw cannotPost();

  progress.say(`posting the report to ${owner}/${repo}#${number}`);
  const silent = () => undefined;
  const client = getOctokit(token, {
    userAgent: `mergeway/${VERSION}`,
    baseUrl: (env.GITHUB_API_URL ?? context.apiUrl).replace(/\/$/, ''),
    log: { debug: silent, info: silent, warn: silent, error: silent },
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

function cannotPost(): MergewayError {
  return new MergewayError(
    'MW_USAGE',
    '--post needs a pull request (--pull-request, or the event of a workflow), GITHUB_REPOSITORY and GITHUB_TOKEN',
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
