/** What people do with a pull request: open it, wait for the checks, merge it, see what becomes of it. */

import { type Change, pushChange } from './repository.ts';
import type { Stage } from './stage.ts';
import { until } from './watch.ts';

const REQUIRED_CHECK = 'mergeway';

export interface OpenPullRequest {
  readonly number: number;
  readonly url: string;
}

/** Pushes the change and opens its pull request as the author. */
export async function openPullRequest(stage: Stage, change: Change, files: string): Promise<OpenPullRequest> {
  await pushChange(stage.copy, change, files);
  const { data } = await stage.author.rest.pulls.create({
    ...stage.repository,
    title: change.title,
    body: change.body,
    head: change.branch,
    base: 'main',
  });
  return { number: data.number, url: data.html_url };
}

/** Waits until every check run that the App owns on the pull request's head is completed; says what is awaited meanwhile. */
export async function checksOf(stage: Stage, number: number): Promise<ReadonlyMap<string, string>> {
  let said: string | null | undefined;
  const { data: pull } = await stage.author.rest.pulls.get({ ...stage.repository, pull_number: number });
  return until(`the checks of #${number}`, async () => {
    const { data } = await stage.author.rest.checks.listForRef({ ...stage.repository, ref: pull.head.sha });
    const ours = data.check_runs.filter(({ name }) => name.startsWith(REQUIRED_CHECK));
    const required = ours.find(({ name }) => name === REQUIRED_CHECK);
    if (required?.status !== 'completed') {
      if (required && required.output.title !== said) stage.story.say(`  … ${required.output.title}`);
      said = required?.output.title;
      return undefined;
    }
    return new Map(ours.map(({ name, conclusion }) => [name, conclusion ?? 'none']));
  });
}

/** The title of the required check on the pull request's head. */
export async function titleOf(stage: Stage, number: number): Promise<string> {
  const { data: pull } = await stage.author.rest.pulls.get({ ...stage.repository, pull_number: number });
  const { data } = await stage.author.rest.checks.listForRef({
    ...stage.repository,
    ref: pull.head.sha,
    check_name: REQUIRED_CHECK,
  });
  return data.check_runs[0]?.output.title ?? '';
}

/** The report comment of the App. */
export async function reportOf(stage: Stage, number: number): Promise<string> {
  return until(`the report on #${number}`, async () => {
    const { data } = await stage.author.rest.issues.listComments({
      ...stage.repository,
      issue_number: number,
    });
    return data.find(({ body }) => body?.includes('<!-- mergeway:report'))?.body;
  });
}

/** Merges as the reviewer; the reason where GitHub refuses. */
export async function merge(
  stage: Stage,
  number: number,
): Promise<{ readonly merged: boolean; readonly message: string }> {
  try {
    const { data } = await stage.reviewer.rest.pulls.merge({
      ...stage.repository,
      pull_number: number,
      merge_method: 'squash',
    });
    return { merged: data.merged, message: data.message };
  } catch (error) {
    return { merged: false, message: (error as Error).message.split(' - http')[0] ?? '' };
  }
}

/** Waits for a comment of the App that matches, and returns its first line without Markdown. */
export async function commentMatching(stage: Stage, number: number, pattern: RegExp): Promise<string> {
  return until(`a comment on #${number} that says ${pattern}`, async () => {
    const { data } = await stage.author.rest.issues.listComments({
      ...stage.repository,
      issue_number: number,
    });
    const found = data.find(
      ({ body }) => !body?.includes('<!-- mergeway:report') && pattern.test(body ?? ''),
    );
    return found?.body && firstLine(found.body);
  });
}

/** The first line for people: no hidden markers, no Markdown. */
export function firstLine(markdown: string): string {
  const line = markdown.split('\n').find((text) => text.trim() !== '' && !text.startsWith('<!--')) ?? '';
  return line.replace(/[#*`]/g, '').trim();
}

/** The state of the newest deployment once it is `success`, `failure` or `error`. */
export async function deploymentEnd(stage: Stage, number: number): Promise<string> {
  const { data: pull } = await stage.author.rest.pulls.get({ ...stage.repository, pull_number: number });
  return until(`the deployment of #${number}`, async () => {
    const { data: deployments } = await stage.author.rest.repos.listDeployments({
      ...stage.repository,
      sha: pull.merge_commit_sha ?? '',
    });
    const [deployment] = deployments;
    if (!deployment) return undefined;
    const { data: statuses } = await stage.author.rest.repos.listDeploymentStatuses({
      ...stage.repository,
      deployment_id: deployment.id,
    });
    const state = statuses[0]?.state;
    return state && ['success', 'failure', 'error'].includes(state) ? state : undefined;
  });
}
