// The frame of every page: head, bar, and the small pieces that all pages share.
import type { Repository, User } from '../model.ts';
import { type Html, html, type Piece } from './html.ts';

export interface Page {
  readonly title: string;
  readonly repository?: Repository;
  /** Seconds after which the page loads itself again; absent when nothing will change. */
  readonly refreshSeconds?: number | undefined;
  readonly body: Html;
}

export function layout({ title, repository, refreshSeconds, body }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${refreshSeconds !== undefined && html`<meta http-equiv="refresh" content="${refreshSeconds}">`}
<title>${title}</title>
<link rel="stylesheet" href="/_style.css">
</head>
<body>
<header class="bar">
<a class="mark" href="/" aria-label="Repositories">◆</a>
${repository && html`<a href="/${repository.owner.login}">${repository.owner.login}</a><span class="faint">/</span><a class="strong" href="/${repository.fullName}">${repository.name}</a><span class="pill">${repository.private ? 'Private' : 'Public'}</span>`}
<span class="note">a stand-in for GitHub, on this machine only</span>
</header>
<main>${body}</main>
</body>
</html>`.text;
}

/** A round picture for people, a square one for Apps. */
export function avatar(user: User, size = 32): Html {
  const shape = user.type === 'User' ? 'avatar' : 'avatar square';
  return html`<img class="${shape}" src="/avatars/${user.id}" width="${size}" height="${size}" alt="">`;
}

export function who(user: User): Html {
  const bot = user.type === 'Bot' && html` <span class="pill">bot</span>`;
  return html`<span class="strong">${user.login.replace('[bot]', '')}</span>${bot}`;
}

/** The time of day, with the whole instant on hover. */
export function when(instant: string | null): Html {
  if (instant === null) return html``;
  return html`<time class="faint" datetime="${instant}" title="${instant}">${instant.slice(11, 19)}</time>`;
}

export function sha(text: string): Html {
  return html`<code class="sha" title="${text}">${text.slice(0, 7)}</code>`;
}

const SIGNS: Readonly<Record<string, readonly [sign: string, tone: string]>> = {
  success: ['✓', 'good'],
  failure: ['✕', 'bad'],
  timed_out: ['✕', 'bad'],
  action_required: ['!', 'warn'],
  cancelled: ['⊘', 'faint'],
  skipped: ['⊘', 'faint'],
  neutral: ['■', 'faint'],
  stale: ['■', 'faint'],
  in_progress: ['●', 'warn'],
  queued: ['○', 'warn'],
  error: ['✕', 'bad'],
  inactive: ['○', 'faint'],
  pending: ['○', 'warn'],
};

/** The sign of a status or conclusion, in its colour. */
export function sign(state: string): Html {
  const [text, tone] = SIGNS[state] ?? ['○', 'faint'];
  return html`<span class="sign ${tone}" title="${state}">${text}</span>`;
}

export function tone(state: string): string {
  return SIGNS[state]?.[1] ?? 'faint';
}

export function box(title: Piece, content: Piece): Html {
  return html`<section class="box"><h2>${title}</h2>${content}</section>`;
}

export function empty(text: string): Html {
  return html`<p class="row faint">${text}</p>`;
}

/** How long something took, as people say it. */
export function duration(from: string | null, to: string | null): string {
  if (from === null || to === null) return '';
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
}
