// `/{owner}/{repo}/actions/runs/{id}`: a workflow run with its jobs, steps, logs, summaries and artifacts.
import { readFile } from 'node:fs/promises';
import type { Job, Repository, Run, Step } from '../model.ts';
import { signPath } from '../signed-urls.ts';
import { annotation } from './check.ts';
import { type Html, html } from './html.ts';
import { box, duration, empty, layout, sha, sign, who } from './layout.ts';
import { markdown } from './markdown.ts';

/** Of longer logs the end is shown. */
const SHOWN_LOG_CHARACTERS = 100_000;

export async function runPage(repository: Repository, run: Run): Promise<string> {
  const state = run.conclusion ?? run.status;
  const pull =
    run.pull && html` for <a href="/${repository.fullName}/pull/${run.pull.number}">#${run.pull.number}</a>`;
  const jobs = await Promise.all(run.jobs.map(viewJob));
  const summaries = run.jobs.filter(({ summaries: texts }) => texts.length > 0).map(viewSummary);
  const body = html`
<h1>${sign(state)} ${run.title} <span class="faint">#${run.number}</span></h1>
<div class="lead"><span>${run.workflow.name} · ${run.event}${pull} · ${who(run.actor)} · <code class="branch">${run.headBranch}</code> ${sha(run.headSha)} · ${state} ${duration(run.startedAt, run.status === 'completed' ? run.updatedAt : null)}</span></div>
${run.error !== null && box('Error', html`<pre class="log">${run.error}</pre>`)}
${jobs}${summaries}${artifactBox(repository, run)}`;
  const refreshSeconds = run.status === 'completed' ? undefined : 2;
  return layout({ title: `${run.title} · ${run.workflow.name}`, repository, refreshSeconds, body });
}

async function viewJob(job: Job): Promise<Html> {
  const steps = await Promise.all(job.steps.map(viewStep));
  const title = html`${sign(job.conclusion ?? job.status)} ${job.name} <span class="faint">${duration(job.startedAt, job.completedAt)}</span>`;
  const notes = job.check.annotations.map(annotation);
  return html`<div id="job-${job.id}">${box(title, [...notes, ...steps])}</div>`;
}

async function viewStep(step: Step): Promise<Html> {
  const log = await readFile(step.log, 'utf8').catch(() => '');
  const open = step.conclusion === 'failure' || step.status === 'in_progress';
  const head = html`<summary>${sign(step.conclusion ?? step.status)}<span>${step.name}</span><span class="faint">${duration(step.startedAt, step.completedAt)}</span></summary>`;
  const body = html`<pre class="log">${log.slice(-SHOWN_LOG_CHARACTERS)}</pre>`;
  return open
    ? html`<details class="step" open>${head}${body}</details>`
    : html`<details class="step">${head}${body}</details>`;
}

function viewSummary(job: Job): Html {
  return box(html`${job.name} summary`, html`<div class="markdown">${job.summaries.map(markdown)}</div>`);
}

function artifactBox(repository: Repository, run: Run): Html {
  const rows = [...repository.artifacts.values()]
    .filter((artifact) => artifact.run === run)
    .map(({ id, name, size, digest }) => {
      const path = signPath(`/_storage/artifacts/${repository.fullName}/${id}.zip`);
      return html`<p class="row"><a class="grow strong" href="${path}">${name}</a><span class="faint">${size} bytes</span><code class="sha" title="${digest}">${digest.slice(0, 19)}</code></p>`;
    });
  return box('Artifacts', rows.length > 0 ? rows : empty('No artifacts.'));
}
