/**
 * Requests to one repository: parameters filled in, answers parsed, failures coded, pages followed. A short limit is
 * waited for, and reading is tried again when GitHub did not answer; writing never is, since it may have happened.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { MergewayError } from '#core/errors.ts';
import { API_VERSION, type GitHubAnswer, type GitHubClient } from './client.ts';
import { forgeFailure, limitedFor, statusOf } from './failure.ts';

/** A longer limit is not waited for: the job would only burn its time. */
const LONGEST_WAIT_S = 60;
const ATTEMPTS = 3;
const BACK_OFF_MS = 1000;
/** Beyond this many pages of 100 something is wrong. */
const MAX_PAGES = 100;

export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

export interface ApiOptions {
  /** Waits; replaced in tests. */
  readonly pause?: (ms: number) => Promise<unknown>;
  /** ms since 1970. */
  readonly now?: () => number;
}

type Parameters = Readonly<Record<string, unknown>>;

export interface Api {
  /** `owner/name`. */
  readonly repository: string;
  /** Asks; `route` is relative to the repository, such as `GET /pulls/{pull_number}`. */
  ask<Schema extends z.ZodType>(
    schema: Schema,
    route: string,
    parameters?: Parameters,
  ): Promise<z.infer<Schema>>;
  /** As `ask`, but undefined when GitHub answers with one of these statuses. */
  askUnless<Schema extends z.ZodType>(
    statuses: readonly number[],
    schema: Schema,
    route: string,
    parameters?: Parameters,
  ): Promise<z.infer<Schema> | undefined>;
  /** Every item of a list, page by page. `under` names the list in answers that wrap it. */
  all<Schema extends z.ZodType>(
    schema: Schema,
    route: string,
    parameters?: Parameters & { readonly under?: string },
  ): Promise<readonly z.infer<Schema>[]>;
  /** The raw answer, for what is no JSON. */
  raw(route: string, parameters?: Parameters): Promise<GitHubAnswer>;
}

/** The API of one repository. */
export function apiOf(
  client: GitHubClient,
  { owner, repo }: RepositoryName,
  { pause = sleep, now = Date.now }: ApiOptions = {},
): Api {
  const repository = `${owner}/${repo}`;
  return { repository, ask, askUnless, all, raw };

  async function ask<Schema extends z.ZodType>(
    schema: Schema,
    route: string,
    parameters: Parameters = {},
  ): Promise<z.infer<Schema>> {
    const { data } = await raw(route, parameters);
    return parsed(schema, data, route);
  }

  async function askUnless<Schema extends z.ZodType>(
    statuses: readonly number[],
    schema: Schema,
    route: string,
    parameters: Parameters = {},
  ): Promise<z.infer<Schema> | undefined> {
    try {
      return await ask(schema, route, parameters);
    } catch (error) {
      const status = error instanceof MergewayError ? statusOf(error.cause) : undefined;
      if (status !== undefined && statuses.includes(status)) return undefined;
      throw error;
    }
  }

  async function all<Schema extends z.ZodType>(
    schema: Schema,
    route: string,
    { under, ...parameters }: Parameters & { readonly under?: string } = {},
  ): Promise<readonly z.infer<Schema>[]> {
    const items: z.infer<Schema>[] = [];
    for (let page = 1; page <= MAX_PAGES; page++) {
      const { data, headers } = await raw(route, { ...parameters, ...(page > 1 && { page }) });
      const list = under === undefined ? data : (data as Record<string, unknown> | undefined)?.[under];
      items.push(...parsed(z.array(schema), list, route));
      if (!/rel="next"/.test(String(headers.link ?? ''))) return items;
    }
    throw new MergewayError('MW_FORGE_INVALID', `${route} in ${repository} has more than ${MAX_PAGES} pages`);
  }

  async function raw(route: string, parameters: Parameters = {}): Promise<GitHubAnswer> {
    const [method = '', path = ''] = route.split(' ');
    const headers = { 'x-github-api-version': API_VERSION, ...(parameters.headers as object | undefined) };
    for (let attempt = 1; ; attempt++) {
      try {
        return await client.request(`${method} /repos/{owner}/{repo}${path}`, {
          owner,
          repo,
          ...parameters,
          headers,
        });
      } catch (cause) {
        const wait = waitFor(cause, method);
        if (wait === undefined || attempt === ATTEMPTS) throw forgeFailure(cause, route, repository, now());
        await pause(wait * attempt);
      }
    }
  }

  /** Milliseconds until another attempt makes sense; undefined when none does. */
  function waitFor(cause: unknown, method: string): number | undefined {
    const limited = limitedFor(cause, now());
    if (limited !== undefined) return limited <= LONGEST_WAIT_S ? limited * 1000 : undefined;
    const status = statusOf(cause);
    return method === 'GET' && (status === undefined || status >= 500) ? BACK_OFF_MS : undefined;
  }

  function parsed<Schema extends z.ZodType>(schema: Schema, data: unknown, route: string): z.infer<Schema> {
    const result = schema.safeParse(data);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    const what = issue ? `${issue.path.join('.') || 'the answer'}: ${issue.message}` : 'unknown';
    throw new MergewayError(
      'MW_FORGE_INVALID',
      `${route} in ${repository} was answered with something else: ${what}`,
    );
  }
}
