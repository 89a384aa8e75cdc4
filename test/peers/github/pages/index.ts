// Which page an address means. Pages need no login: the stand-in listens on loopback only. They carry no scripts.
import { readFile } from 'node:fs/promises';
import { ApiError, found, notFound, type Reply } from '../http.ts';
import type { Hub } from '../hub.ts';
import type { Repository } from '../model.ts';
import { checkPage } from './check.ts';
import { html } from './html.ts';
import { layout } from './layout.ts';
import { pullPage } from './pull.ts';
import { homePage, issuePage, repositoryPage } from './repository.ts';
import { runPage } from './run.ts';

const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const HUES = 360;

export async function servePage(hub: Hub, url: URL): Promise<Reply> {
  if (url.pathname === '/_style.css') return css();
  try {
    if (url.pathname.startsWith('/avatars/')) return avatarPicture(hub, Number(url.pathname.split('/')[2]));
    return page(200, await contentOf(hub, url.pathname));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return page(
      404,
      layout({ title: 'Not found', body: html`<h1>Not found</h1><p><a href="/">All repositories</a></p>` }),
    );
  }
}

function page(status: number, text: string): Reply {
  const headers = { 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff' };
  return { status, text, type: 'text/html; charset=utf-8', headers };
}

async function contentOf(hub: Hub, path: string): Promise<string> {
  const [owner, name, ...rest] = path.split('/').filter((part) => part !== '');
  if (owner === undefined || name === undefined) return homePage(hub);
  const repository = found(hub.repository(`${owner}/${name}`));
  return repositoryContent(repository, rest);
}

function repositoryContent(
  repository: Repository,
  [kind, first, second]: readonly string[],
): string | Promise<string> {
  if (kind === undefined) return repositoryPage(repository);
  if (kind === 'pull' || kind === 'issues') {
    const issue = found(repository.issues.get(Number(first)));
    return issue.pull ? pullPage(repository, issue, issue.pull) : issuePage(repository, issue);
  }
  if (kind === 'runs') return checkPage(repository, found(repository.checkRuns.get(Number(first))));
  if (kind === 'actions' && first === 'runs')
    return runPage(repository, found(repository.runs.get(Number(second))));
  throw notFound();
}

async function css(): Promise<Reply> {
  return { status: 200, text: await readFile(new URL('./style.css', import.meta.url)), type: 'text/css' };
}

/** A coloured square with the first letter. */
function avatarPicture(hub: Hub, id: number): Reply {
  const user = found([...hub.users.values()].find((candidate) => candidate.id === id));
  const hue = (id * 47) % HUES;
  const svg = html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" fill="hsl(${hue} 45% 45%)"/><text x="20" y="27" font-family="sans-serif" font-size="20" fill="#fff" text-anchor="middle">${user.login.charAt(0).toUpperCase()}</text></svg>`;
  return { status: 200, text: svg.text, type: 'image/svg+xml' };
}
