/** What the App does by itself in the circle, as people see it on GitHub: the alarm's issue, and its own pull request. */

import { MODEL, type Stage } from './stage.ts';

export interface Seen {
  readonly number: number;
  readonly title: string;
  readonly url: string;
}

/** The newest issue of the App's in that state. */
export async function alarmIssue(stage: Stage, state: 'open' | 'closed'): Promise<Seen | undefined> {
  const { data } = await stage.author.rest.issues.listForRepo({ ...stage.repository, state });
  const issue = data.find(({ pull_request, user }) => !pull_request && user?.type === 'Bot');
  return issue && { number: issue.number, title: issue.title, url: issue.html_url };
}

/** The newest open pull request of the App's. */
export async function retrainingPull(stage: Stage): Promise<Seen | undefined> {
  const { data } = await stage.author.rest.pulls.list({ ...stage.repository, state: 'all' });
  const pull = data.find(({ user }) => user?.type === 'Bot');
  return pull && { number: pull.number, title: pull.title, url: pull.html_url };
}

interface Chart {
  readonly drift: readonly { readonly column: string; readonly overLimit: readonly (number | null)[] }[];
  readonly performance: readonly { readonly name: string; readonly value: readonly (number | null)[] }[];
}

/** What the monitor says of every window so far, as the dashboard has it: how far the columns moved, and what came true. */
export async function monitorLines(stage: Stage): Promise<readonly string[]> {
  const { owner, repo } = stage.repository;
  const response = await fetch(new URL(`/api/models/${owner}/${repo}/${MODEL}`, stage.appUrl));
  const { chart } = (await response.json()) as { readonly chart: Chart };
  const moved = chart.drift.map(({ column, overLimit }) => `${column} ${shown(overLimit, 0)}`);
  const [ratio] = chart.performance.filter(({ name }) => name.includes('÷'));
  return [
    `inputs moved (PSI over its limit, by window): ${moved.join(', ')}`,
    `log loss against the champion's own holdout, by window: ${shown(ratio?.value ?? [], 2)}, limit 1.3`,
  ];
}

function shown(values: readonly (number | null)[], digits: number): string {
  return values.map((value) => `${value === null ? '?' : value.toFixed(digits)} ×`).join(' → ');
}
