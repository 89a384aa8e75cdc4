// What a request to the stand-in is answered with: replies, GitHub's error bodies, and pages with their Link header.

/** An answer of a REST route. `body` is sent as JSON, `text` as it is (with `type`). */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly text?: string | Uint8Array;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One entry of the `errors` list in GitHub's 422 bodies. */
export interface FieldError {
  readonly resource: string;
  readonly field?: string;
  readonly code: string;
  readonly message?: string;
}

/** A refusal with GitHub's status code and message. */
export class ApiError extends Error {
  readonly status: number;
  readonly errors: readonly FieldError[] | undefined;
  readonly docs: string;

  constructor(status: number, message: string, more: { errors?: readonly FieldError[]; docs?: string } = {}) {
    super(message);
    this.status = status;
    this.errors = more.errors;
    this.docs = more.docs ?? 'https://docs.github.com/rest';
  }

  /** The JSON body that GitHub sends for this refusal. */
  toReply(): Reply {
    const body = {
      message: this.message,
      ...(this.errors && { errors: this.errors }),
      documentation_url: this.docs,
      status: String(this.status),
    };
    return { status: this.status, body };
  }
}

export function ok(body: unknown): Reply {
  return { status: 200, body };
}

export function created(body: unknown): Reply {
  return { status: 201, body };
}

export function noContent(): Reply {
  return { status: 204 };
}

export function redirect(location: string): Reply {
  return { status: 302, headers: { location } };
}

export function notFound(): ApiError {
  return new ApiError(404, 'Not Found');
}

/** GitHub's answer to an App or a `GITHUB_TOKEN` that lacks a permission. */
export function notForIntegrations(): ApiError {
  return new ApiError(403, 'Resource not accessible by integration');
}

/** 422 with one field error, as GitHub words it. */
export function invalid(error: FieldError, message = 'Validation Failed'): ApiError {
  return new ApiError(422, message, { errors: [error] });
}

/** Throws 404 when a thing is missing, so that routes read straight on. */
export function found<T>(thing: T | undefined): T {
  if (thing === undefined) throw notFound();
  return thing;
}

/** What a page is cut from: the address asked for and the numbers in its query. */
export interface PageRequest {
  readonly url: URL;
  readonly per_page?: number | undefined;
  readonly page?: number | undefined;
}

/** One page of `items` with GitHub's Link header; `wrap` builds the body of searches that also tell the total. */
export function paged<T>(
  request: PageRequest,
  items: readonly T[],
  wrap: (page: readonly T[], total: number) => unknown = (page) => page,
): Reply {
  const size = Math.min(Math.max(request.per_page ?? 30, 1), 100);
  const page = Math.max(request.page ?? 1, 1);
  const last = Math.max(Math.ceil(items.length / size), 1);
  const link = linkHeader(request.url, page, last);
  const body = wrap(items.slice((page - 1) * size, page * size), items.length);
  return { status: 200, body, ...(link && { headers: { link } }) };
}

function linkHeader(url: URL, page: number, last: number): string | undefined {
  if (last === 1) return undefined;
  const rels: [string, number][] = [];
  if (page > 1) rels.push(['prev', page - 1]);
  if (page < last) rels.push(['next', page + 1], ['last', last]);
  if (page > 1) rels.push(['first', 1]);
  return rels.map(([rel, to]) => `<${at(url, to)}>; rel="${rel}"`).join(', ');
}

function at(url: URL, page: number): string {
  const copy = new URL(url);
  copy.searchParams.set('page', String(page));
  return copy.href;
}
