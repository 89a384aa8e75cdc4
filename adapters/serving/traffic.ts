/** `Traffic` over the admin API of `mergeway serve` (`core/wire/serving-admin.ts`). Answers are capped, checked and never trusted. */

import type { z } from 'zod';
import { MergewayError } from '#core/errors.ts';
import type { Traffic } from '#core/ports/traffic.ts';
import { LeaseAnswer, Refusal, TrafficReadingJson } from '#core/wire/serving-admin.ts';

export interface ServingTarget {
  /** Base URL of the server. */
  readonly url: string;
  readonly token: string;
  /** How long an answer may take, ms. A plan may have to load a large model first. */
  readonly timeoutMs?: number;
  readonly planTimeoutMs?: number;
}

const TIMEOUT_MS = 5_000;
const PLAN_TIMEOUT_MS = 60_000;
/** Bytes; an honest answer has a few hundred. */
const LONGEST_ANSWER = 64 * 1024;

interface Call {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly timeoutMs?: number | undefined;
}

/** Controls the traffic of one server. MW_TRAFFIC_UNREACHABLE, MW_TRAFFIC_REFUSED with the server's reason. */
export function servingTraffic(target: ServingTarget): Traffic {
  const { timeoutMs = TIMEOUT_MS, planTimeoutMs = PLAN_TIMEOUT_MS } = target;
  const pathOf = (model: string, what: string) => `/admin/models/${encodeURIComponent(model)}/${what}`;

  return {
    async apply(model, plan) {
      await call(target, {
        method: 'PUT',
        path: pathOf(model, 'traffic'),
        body: plan,
        timeoutMs: planTimeoutMs,
      });
    },
    async renew(model, step, leaseMs) {
      const body = { step, leaseMs };
      const answer = await call(target, { method: 'POST', path: pathOf(model, 'lease'), body, timeoutMs });
      return understand(target, LeaseAnswer, answer).renewed;
    },
    async read(model) {
      const answer = await call(target, { method: 'GET', path: pathOf(model, 'traffic'), timeoutMs });
      return understand(target, TrafficReadingJson, answer);
    },
  };
}

async function call(
  { url, token }: ServingTarget,
  { method, path, body, timeoutMs = TIMEOUT_MS }: Call,
): Promise<unknown> {
  const { status, text } = await exchange(addressOf(url, path), {
    method,
    headers: { authorization: bearer(token), 'content-type': 'application/json' },
    // A redirect would carry the token elsewhere.
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = parseJson(text);
  if (status === 200) return answer;

  const reason = reasonOf(answer);
  if (status >= 400 && status < 500) {
    throw new MergewayError('MW_TRAFFIC_REFUSED', `${url} refused ${method} ${path} (${status}): ${reason}`);
  }
  throw new MergewayError(
    'MW_TRAFFIC_UNREACHABLE',
    `${url} answered ${method} ${path} with ${status}: ${reason}`,
  );
}

/** A refusal of `fetch` would quote the credentials in an address, so what it would refuse is refused here. */
function addressOf(url: string, path: string): URL {
  const address = URL.canParse(url) ? new URL(`${url.replace(/\/+$/, '')}${path}`) : undefined;
  const isWeb = address?.protocol === 'http:' || address?.protocol === 'https:';
  if (address && isWeb && address.username === '' && address.password === '') return address;
  throw new MergewayError(
    'MW_TRAFFIC_UNREACHABLE',
    'the address of the serving target is no plain http or https URL without user and password',
  );
}

/** The same for the token. */
function bearer(token: string): string {
  const trimmed = token.trim();
  if (/^[\x20-\x7e]+$/.test(trimmed)) return `Bearer ${trimmed}`;
  throw new MergewayError(
    'MW_TRAFFIC_UNREACHABLE',
    'the admin token is empty or has characters that no HTTP header takes (a line break?)',
  );
}

async function exchange(
  url: URL,
  init: RequestInit,
): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const response = await fetch(url, init);
    return { status: response.status, text: await readCapped(response) };
  } catch (cause) {
    throw new MergewayError('MW_TRAFFIC_UNREACHABLE', `${url.origin} did not answer: ${causeOf(cause)}`, {
      cause,
    });
  }
}

async function readCapped(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > LONGEST_ANSWER) throw new Error(`the answer is longer than ${LONGEST_ANSWER} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function understand<Schema extends z.ZodType>(
  { url }: ServingTarget,
  schema: Schema,
  answer: unknown,
): z.infer<Schema> {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new MergewayError(
    'MW_TRAFFIC_UNREACHABLE',
    `${url} answered something that is no admin API's answer`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The server's sentence, without what could disturb a log or a comment. */
function reasonOf(answer: unknown): string {
  const refusal = Refusal.safeParse(answer);
  if (!refusal.success) return 'without a reason';
  return refusal.data.error.replace(/\p{C}+/gu, ' ').slice(0, 500);
}

/** `fetch failed` hides what failed in its cause. */
function causeOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error ? inner.message : String(inner);
}
