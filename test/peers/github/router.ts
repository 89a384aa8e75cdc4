// Routes are named as in GitHub's OpenAPI description: method and path template. More literal templates win.
import type { Need } from './access.ts';
import type { PageRequest, Reply } from './http.ts';
import type { Hub } from './hub.ts';
import type { Actor, Repository, User } from './model.ts';

/** One request as a route sees it. `input` holds path, query and body, already checked against GitHub's schema. */
export interface Call<Input = unknown> {
  readonly hub: Hub;
  readonly actor: Actor;
  readonly user: User;
  readonly input: Input;
  readonly url: URL;
  readonly accept: string;
  /** The page asked for, for `paged`. */
  readonly page: PageRequest;
}

/** A call below `/repos/{owner}/{repo}`: the repository was found and the actor may do what the route needs. */
export interface RepositoryCall<Input = unknown> extends Call<Input> {
  readonly repository: Repository;
}

export interface Route {
  readonly method: string;
  readonly path: string;
  readonly need: Need;
  readonly handle: (call: RepositoryCall<never>) => Reply | Promise<Reply>;
}

/** A route that is not about one repository. */
export function route<Input>(
  at: string,
  need: Need,
  handle: (call: Call<Input>) => Reply | Promise<Reply>,
): Route {
  return { ...split(at), need, handle: handle as Route['handle'] };
}

/** A route below `/repos/{owner}/{repo}`; `at` leaves that prefix out. */
export function repositoryRoute<Input>(
  at: string,
  need: Need,
  handle: (call: RepositoryCall<Input>) => Reply | Promise<Reply>,
): Route {
  const { method, path } = split(at);
  return { method, path: `/repos/{owner}/{repo}${path}`, need, handle: handle as Route['handle'] };
}

function split(at: string): { method: string; path: string } {
  const [method = '', path = ''] = at.split(' ');
  return { method, path };
}

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

interface Compiled {
  readonly route: Route;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly literals: number;
}

/** These hold slashes: git's ref names, paths of files, and `base...head`. */
const WITH_SLASHES = new Set(['ref', 'path', 'basehead', 'branch']);

/** Finds the route of a request by method and (still encoded) path. */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => Match | undefined {
  const compiled = routes.map(compile).sort((a, b) => b.literals - a.literals);
  return (method, path) => {
    for (const { route, pattern, names } of compiled) {
      const hit = route.method === method ? pattern.exec(path) : null;
      if (hit) return { route, params: paramsOf(names, hit.slice(1)) };
    }
    return undefined;
  };
}

function compile(route: Route): Compiled {
  const names: string[] = [];
  const parts = route.path.split('/').map((part) => {
    if (!part.startsWith('{')) return part.replaceAll('.', '\\.');
    const name = part.slice(1, -1);
    names.push(name);
    return WITH_SLASHES.has(name) ? '(.*)' : '([^/]+)';
  });
  const literals = parts.filter((part) => !part.startsWith('(')).length;
  const pattern = new RegExp(`^${parts.join('/').replace('/contents/(.*)', '/contents/?(.*)')}$`);
  return { route, pattern, names, literals };
}

function paramsOf(names: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name, i) => [name, safeDecode(values[i] ?? '')]));
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
