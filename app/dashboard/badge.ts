/** A word in the colour of what it means. */

import { html, type Markup } from './html.ts';

const TONES: Readonly<Record<string, string>> = {
  production: 'good',
  promoted: 'good',
  pass: 'good',
  done: 'good',
  merged: 'good',
  canary: 'busy',
  running: 'busy',
  waiting: 'busy',
  queued: 'busy',
  decided: 'busy',
  fail: 'bad',
  failed: 'bad',
  dead: 'bad',
  'given-up': 'bad',
  'rolled back': 'bad',
  rollback: 'bad',
  inconclusive: 'open',
  snoozed: 'open',
  open: 'busy',
};

export function badge(word: string, tone = TONES[word] ?? ''): Markup {
  return html`<span class="badge ${tone}">${word}</span>`;
}
