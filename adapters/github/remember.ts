/**
 * Answers of reads, kept with their ETags. Asked again, GitHub says "not modified", which counts nothing against the rate limit; what is
 * named by its own digest is not asked for again at all. Writes go through.
 */

import type { GitHubAnswer, GitHubClient } from './client.ts';
import { statusOf } from './failure.ts';

/** Over all repositories of an App, about. */
const MAX_BYTES = 64 * 1024 ** 2;

/** Git objects: an id never stands for something else. Symbolic names are asked for. */
const OBJECT = /\/git\/(blobs|trees|commits|tags)\/\{(\w+)\}$/;
const OBJECT_ID = /^[0-9a-f]{40,64}$/;

/** How many entries a full page has: GitHub's default, and the most there can be. */
const FULL_PAGES = [30, 100];

type Parameters = Record<string, unknown>;

interface Kept {
  readonly answer: GitHubAnswer;
  readonly bytes: number;
}

/** What several clients remember together. Repository and owner are part of what is asked. */
export class Answers {
  readonly #kept = new Map<string, Kept>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor({ maxBytes = MAX_BYTES }: { readonly maxBytes?: number } = {}) {
    this.#maxBytes = maxBytes;
  }

  get(key: string): GitHubAnswer | undefined {
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept.answer;
  }

  /** What was not asked for the longest gives way. */
  set(key: string, answer: GitHubAnswer): void {
    this.#drop(key);
    const bytes = key.length + lengthOf(answer.data);
    this.#kept.set(key, { answer, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }
}

export function rememberingClient(client: GitHubClient, answers: Answers): GitHubClient {
  return {
    async request(route, parameters = {}) {
      if (!route.startsWith('GET ')) return client.request(route, parameters);

      const key = `${route} ${JSON.stringify(parameters)}`;
      const known = answers.get(key);
      if (known && isObject(route, parameters)) return known;
      try {
        const answer = await client.request(route, unless(known, parameters));
        if (isKept(answer) || isObject(route, parameters)) answers.set(key, answer);
        return answer;
      } catch (error) {
        if (known && statusOf(error) === 304) return known;
        throw error;
      }
    },
  };
}

/** The same question, to be answered only when the answer is another one by now. */
function unless(known: GitHubAnswer | undefined, parameters: Parameters): Parameters {
  const etag = known?.headers.etag;
  if (etag === undefined) return parameters;
  return { ...parameters, headers: { ...(parameters.headers as object | undefined), 'if-none-match': etag } };
}

function isObject(route: string, parameters: Parameters): boolean {
  const [, , parameter = ''] = OBJECT.exec(route) ?? [];
  return OBJECT_ID.test(String(parameters[parameter] ?? ''));
}

/** What Octokit does not know for text comes as bytes. */
function lengthOf(data: unknown): number {
  return data instanceof ArrayBuffer ? data.byteLength : JSON.stringify(data ?? null).length;
}

/** A last page that is full is not kept: when another one follows it, its own entries, and so its ETag, may stay what they were. */
function isKept({ headers, data }: GitHubAnswer): boolean {
  if (headers.etag === undefined) return false;
  const isLast = !/rel="next"/.test(String(headers.link ?? ''));
  return !(isLast && FULL_PAGES.includes(listIn(data)?.length ?? 0));
}

function listIn(data: unknown): readonly unknown[] | undefined {
  if (Array.isArray(data)) return data;
  return typeof data === 'object' && data !== null ? Object.values(data).find(Array.isArray) : undefined;
}
