// `/{owner}/{repo}/pull/{n}`: conversation, checks, and whether it may be merged.

import { stateOf } from '../deployments.ts';
import { latestChecks, mergeStateOf } from '../gate.ts';
import type { CheckRun, Issue, Pull, Repository } from '../model.ts';
import { type Html, html } from './html.ts';
import { box, duration, empty, layout, sha, sign, tone, when, who } from './layout.ts';
import { deploymentsOf, timeline } from './timeline.ts';

/** While something moves the page follows quickly, while the request is open slowly. */
const BUSY_SECONDS = 3;
const OPEN_SECONDS = 10;

export async function pullPage(repository: Repository, issue: Issue, pull: Pull): Promise<string> {
  const checks = latestChecks(repository, pull.headSha);
  const body = html`
<h1>${issue.title} <span class="faint">#${issue.number}</span></h1>
<div class="lead">${stateBadge(issue)} <span>${who(issue.author)} wants to merge <code class="branch">${pull.headRef}</code> into <code class="branch">${pull.baseRef}</code> · head ${sha(pull.headSha)}</span></div>
<div class="columns">
<div>${timeline(repository, issue)}${checksBox(repository, checks)}${await mergeBox(repository, issue, pull)}</div>
<aside class="side">${deploymentList(repository, issue)}${labelList(issue)}</aside>
</div>`;
  const refreshSeconds = refreshAfter(repository, issue, checks);
  return layout({
    title: `${issue.title} · Pull request #${issue.number}`,
    repository,
    refreshSeconds,
    body,
  });
}

export function stateBadge({ state, pull }: Issue): Html {
  if (pull?.merged) return html`<span class="state merged">Merged</span>`;
  return state === 'open'
    ? html`<span class="state">Open</span>`
    : html`<span class="state closed">Closed</span>`;
}

function refreshAfter(repository: Repository, issue: Issue, checks: readonly CheckRun[]): number | undefined {
  const deploying = deploymentsOf(repository, issue).some((deployment) =>
    ['in_progress', 'pending', 'queued'].includes(stateOf(deployment)),
  );
  if (deploying || checks.some(({ status }) => status !== 'completed')) return BUSY_SECONDS;
  return issue.state === 'open' || issue.pull?.merged ? OPEN_SECONDS : undefined;
}

function checksBox(repository: Repository, checks: readonly CheckRun[]): Html {
  if (checks.length === 0) return box('Checks', empty('No checks yet.'));
  return box(
    summaryOf(checks),
    checks.map((check) => checkRow(repository, check)),
  );
}

function summaryOf(checks: readonly CheckRun[]): Html {
  const states = checks.map(({ status, conclusion }) => conclusion ?? status);
  const bad = states.filter((state) => tone(state) === 'bad' || state === 'action_required').length;
  const busy = states.filter((state) => state === 'queued' || state === 'in_progress').length;
  if (bad > 0)
    return html`<span class="bad">Some checks were not successful</span> <span class="faint">${bad} of ${checks.length}</span>`;
  if (busy > 0)
    return html`<span class="warn">Some checks haven’t completed yet</span> <span class="faint">${busy} of ${checks.length}</span>`;
  return html`<span class="good">All checks have passed</span> <span class="faint">${checks.length}</span>`;
}

export function checkRow(repository: Repository, check: CheckRun): Html {
  const state = check.conclusion ?? check.status;
  return html`<p class="row">${sign(state)}<span class="grow"><a class="strong" href="/${repository.fullName}/runs/${check.id}">${check.name}</a> <span class="faint">${check.title ?? state.replaceAll('_', ' ')}</span></span><span class="pill">${check.app.name}</span><span class="faint">${duration(check.startedAt, check.completedAt)}</span></p>`;
}

async function mergeBox(repository: Repository, issue: Issue, pull: Pull): Promise<Html> {
  if (pull.merged)
    return html`<section class="box merge merged"><p class="row"><span class="grow"><span class="strong">Pull request successfully merged</span>${who(pull.merged.by)} merged it ${when(pull.merged.at)} as ${sha(pull.mergeSha ?? '')}</span></p></section>`;
  if (issue.state === 'closed') return html``;

  const { mergeable, blockedBy } = await mergeStateOf(repository, issue, pull);
  if (!mergeable)
    return mergeNote('bad', 'This branch has conflicts that must be resolved', [
      'Merge the base branch into it first.',
    ]);
  if (blockedBy.length > 0) return mergeNote('bad', 'Merging is blocked', blockedBy);
  return mergeNote('good', 'This branch has no conflicts with the base branch', [
    'Merging can be performed: every required check has passed.',
  ]);
}

function mergeNote(level: 'good' | 'bad', title: string, reasons: readonly string[]): Html {
  const rows = reasons.map((reason) => html`<span class="faint">${reason}</span><br>`);
  return html`<section class="box merge ${level}"><p class="row">${sign(level === 'good' ? 'success' : 'failure')}<span class="grow"><span class="strong">${title}</span>${rows}</span></p></section>`;
}

function deploymentList(repository: Repository, issue: Issue): Html {
  const rows = deploymentsOf(repository, issue).map((deployment) => {
    const state = stateOf(deployment);
    return html`<p>${sign(state)} <span class="strong">${deployment.environment}</span> <span class="faint">${deployment.statuses.at(-1)?.description || state.replaceAll('_', ' ')}</span></p>`;
  });
  return html`<section><h3>Deployments</h3>${rows.length > 0 ? rows : html`<p class="faint">None yet</p>`}</section>`;
}

function labelList({ labels }: Issue): Html {
  const rows = labels.map((label) => html`<span class="pill">${label}</span> `);
  return html`<section><h3>Labels</h3>${rows.length > 0 ? rows : html`<p class="faint">None yet</p>`}</section>`;
}
