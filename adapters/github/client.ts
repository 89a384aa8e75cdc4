/** What this adapter needs of an Octokit, and one made from a token. The App hands over its own, with throttling. */

import { Octokit } from '@octokit/rest';

/** Any Octokit: that of a token, of `@actions/github`, of Probot. */
export interface GitHubClient {
  request(route: string, parameters?: Record<string, unknown>): Promise<GitHubAnswer>;
}

export interface GitHubAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

/** The version of GitHub's REST API that this adapter is written against. */
export const API_VERSION = '2022-11-28';

export interface TokenOptions {
  readonly token: string;
  /** `https://api.github.com` by default; GitHub Enterprise Server has another. */
  readonly baseUrl?: string;
  /** Who asks, such as `mergeway/1.0`. */
  readonly userAgent: string;
}

/** A client that authenticates with a token: `GITHUB_TOKEN`, or a person's. It prints nothing. */
export function githubToken({ token, baseUrl, userAgent }: TokenOptions): GitHubClient {
  const silent = () => undefined;
  return new Octokit({
    auth: token,
    userAgent,
    ...(baseUrl !== undefined && { baseUrl: baseUrl.replace(/\/$/, '') }),
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
}
