// `/{owner}/{repo}`: pull requests, runs, deployments and tags at a glance; `/` lists the repositories.
import { stateOf } from '../deployments.ts';
import { listRefs } from '../git.ts';
import type { Hub } from '../hub.ts';
import type { Issue, Repository } from '../model.ts';
import { type Html, html } from './html.ts';
import { box, empty, layout, sha, sign, when, who } from './layout.ts';
import { stateBadge } from './pull.ts';
import { timeline } from './timeline.ts';

const SHOWN = 15;
const REFRESH_SECONDS = 5;

export async function repositoryPage(repository: Repository): Promise<string> {
  const issues = [...repository.issues.values()].reverse();
  const body = html`
<h1>${repository.fullName}</h1>
<div class="lead"><span>default branch <code class="branch">${repository.defaultBranch}</code> · <code>git clone</code> this address with a token as the password</span></div>
${list(
  'Pull requests',
  issues.filter(({ pull }) => pull).map((issue) => issueRow(repository, issue)),
)}
${list(
  'Issues',
  issues.filter(({ pull }) => !pull).map((issue) => issueRow(repository, issue)),
)}
${list('Deployments', deploymentRows(repository))}
${list('Workflow runs', runRows(repository))}
${list('Tags', await tagRows(repository))}`;
  return layout({ title: repository.fullName, repository, refreshSeconds: REFRESH_SECONDS, body });
}

export function homePage(hub: Hub): string {
  const rows = [...hub.repositories.values()].map(
    ({ fullName }) => html`<p class="row"><a class="strong" href="/${fullName}">${fullName}</a></p>`,
  );
  return layout({ title: 'Repositories', body: list('Repositories', rows) });
}

export function issuePage(repository: Repository, issue: Issue): string {
  const body = html`<h1>${issue.title} <span class="faint">#${issue.number}</span></h1><div class="lead">${stateBadge(issue)}</div>${timeline(repository, issue)}`;
  const refreshSeconds = issue.state === 'open' ? REFRESH_SECONDS : undefined;
  return layout({ title: issue.title, repository, refreshSeconds, body });
}

function list(title: string, rows: readonly Html[]): Html {
  return box(title, rows.length > 0 ? rows.slice(0, SHOWN) : empty('None yet.'));
}

function issueRow(repository: Repository, issue: Issue): Html {
  const kind = issue.pull ? 'pull' : 'issues';
  return html`<p class="row">${stateBadge(issue)}<a class="grow strong" href="/${repository.fullName}/${kind}/${issue.number}">${issue.title}</a><span class="faint">#${issue.number} by</span> ${who(issue.author)}</p>`;
}

function deploymentRows(repository: Repository): Html[] {
  return [...repository.deployments.values()].reverse().map((deployment) => {
    const state = stateOf(deployment);
    return html`<p class="row">${sign(state)}<span class="grow"><span class="strong">${deployment.environment}</span> ${deployment.description}</span><span class="faint">${state}</span>${sha(deployment.sha)}${when(deployment.createdAt)}</p>`;
  });
}

function runRows(repository: Repository): Html[] {
  return [...repository.runs.values()]
    .reverse()
    .map(
      (run) =>
        html`<p class="row">${sign(run.conclusion ?? run.status)}<span class="grow"><a class="strong" href="/${repository.fullName}/actions/runs/${run.id}">${run.title}</a> <span class="faint">${run.workflow.name} · ${run.event}</span></span>${when(run.createdAt)}</p>`,
    );
}

async function tagRows(repository: Repository): Promise<Html[]> {
  const tags = await listRefs(repository.path, 'refs/tags/');
  return [...tags]
    .reverse()
    .map(
      ([ref, target]) =>
        html`<p class="row"><code class="grow">${ref.slice('refs/tags/'.length)}</code>${sha(target.sha)}<span class="faint">${target.type}</span></p>`,
    );
}
