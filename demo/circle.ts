/** What the App does by itself in the circle, as people see it on GitHub: the alarm's issue, and its own pull request. */

import type { Stage } from './stage.ts';

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
