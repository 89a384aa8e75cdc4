/** GitHub's refusals as coded errors. Nothing of the request is quoted but its route: bodies may hold anything. */

import { MergewayError } from '#core/errors.ts';

/** What Octokit throws, as far as it is looked at. */
interface RequestFailure {
  readonly status: number;
  readonly message: string;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Whether there was an answer at all. */
  readonly answered: boolean;
}

/** The HTTP status of what Octokit threw; undefined for what is no answer. */
export function statusOf(cause: unknown): number | undefined {
  const failure = parse(cause);
  return failure?.answered ? failure.status : undefined;
}

/** Seconds that GitHub asks to wait; undefined when the failure is no limit. */
export function limitedFor(cause: unknown, now: number): number | undefined {
  const failure = parse(cause);
  if (!failure || (failure.status !== 403 && failure.status !== 429)) return undefined;
  const after = Number(failure.headers['retry-after']);
  if (failure.headers['retry-after'] !== undefined && Number.isFinite(after)) return after;
  if (String(failure.headers['x-ratelimit-remaining']) === '0') {
    return Math.max(1, Number(failure.headers['x-ratelimit-reset']) - Math.floor(now / 1000));
  }
  return failure.status === 429 || /rate limit/i.test(failure.message) ? 60 : undefined;
}

/** The coded error for what Octokit threw while `route` was asked in `repository`. */
export function forgeFailure(cause: unknown, route: string, repository: string, now: number): MergewayError {
  if (cause instanceof MergewayError) return cause;
  const failure = parse(cause);
  const where = `${route} in ${repository}`;
  if (!failure?.answered || failure.status >= 500) {
    const what = failure?.answered ? `answered ${failure.status}` : 'did not answer';
    return new MergewayError('MW_FORGE_UNREACHABLE', `GitHub ${what} to ${where}: ${said(cause)}`, { cause });
  }
  const seconds = limitedFor(cause, now);
  if (seconds !== undefined) {
    return new MergewayError('MW_FORGE_LIMITED', `GitHub asks to wait ${seconds} s: ${where}`, { cause });
  }
  if (failure.status === 401 || failure.status === 403) {
    return new MergewayError('MW_FORGE_FORBIDDEN', `${where}: ${said(cause)}${neededFor(failure, route)}`, {
      cause,
    });
  }
  const code = failure.status === 404 ? 'MW_FORGE_NOT_FOUND' : 'MW_FORGE_INVALID';
  return new MergewayError(code, `${where}: ${failure.status} ${said(cause)}`, { cause });
}

/** GitHub's sentence when it refused with one of these statuses; undefined for every other error, a rate limit's 403 among them. */
export function refusalOf(error: unknown, statuses: readonly number[]): string | undefined {
  if (!(error instanceof MergewayError) || error.code === 'MW_FORGE_LIMITED') return undefined;
  const { cause } = error;
  const status = statusOf(cause);
  if (status === undefined || !statuses.includes(status)) return undefined;
  const { data } = (cause as { readonly response?: { readonly data?: unknown } }).response ?? {};
  const message = (data as { readonly message?: unknown } | undefined)?.message;
  return typeof message === 'string' ? message.slice(0, 300) : said(cause);
}

/** Permissions by the first words of a route, for where GitHub does not tell itself. */
const PERMISSIONS: readonly (readonly [RegExp, string])[] = [
  [/check-runs/, 'checks'],
  [/deployments/, 'deployments'],
  [/actions\//, 'actions'],
  [/issues|pulls|reactions/, 'pull_requests (or issues)'],
  [/git\/|commits/, 'contents'],
];

function neededFor({ status, headers }: RequestFailure, route: string): string {
  if (status === 401) return '; the token is not accepted';
  const accepted = headers['x-accepted-github-permissions'];
  if (typeof accepted === 'string' && accepted !== '')
    return `; it needs the permission ${accepted.slice(0, 200)}`;
  const level = route.startsWith('GET') ? 'read' : 'write';
  const known = PERMISSIONS.find(([pattern]) => pattern.test(route));
  return known ? `; it needs the permission ${known[1]}: ${level}` : '';
}

function said(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.replace(/\s+/g, ' ').slice(0, 300);
}

function parse(cause: unknown): RequestFailure | undefined {
  if (!(cause instanceof Error) || !('status' in cause) || typeof cause.status !== 'number') return undefined;
  const response =
    'response' in cause ? (cause.response as { headers?: Record<string, unknown> } | undefined) : undefined;
  return {
    status: cause.status,
    message: cause.message,
    headers: response?.headers ?? {},
    answered: response !== undefined,
  };
}
