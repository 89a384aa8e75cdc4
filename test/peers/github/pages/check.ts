// `/{owner}/{repo}/runs/{id}`: what a check run says, with its annotations.
import type { Annotation, CheckRun, Repository } from '../model.ts';
import { type Html, html } from './html.ts';
import { box, duration, layout, sha, sign } from './layout.ts';
import { markdown } from './markdown.ts';

export function checkPage(repository: Repository, check: CheckRun): string {
  const state = check.conclusion ?? check.status;
  const pulls = [...repository.issues.values()].filter(({ pull }) => pull?.headSha === check.headSha);
  const back = pulls.map(
    ({ number }) => html` · <a href="/${repository.fullName}/pull/${number}">#${number}</a>`,
  );
  const details = check.detailsUrl !== null && html` · <a href="${safeLink(check.detailsUrl)}">details</a>`;
  const body = html`
<h1>${sign(state)} ${check.name}</h1>
<div class="lead"><span>${state.replaceAll('_', ' ')} in ${duration(check.startedAt, check.completedAt)} · ${check.app.name} · ${sha(check.headSha)}${back}${details}</span></div>
${check.title !== null && html`<h2>${check.title}</h2>`}
${text(check.summary)}${text(check.text)}
${check.annotations.length > 0 && box('Annotations', check.annotations.map(annotation))}`;
  const refreshSeconds = check.status === 'completed' ? undefined : 3;
  return layout({ title: `${check.name} · ${repository.fullName}`, repository, refreshSeconds, body });
}

function text(content: string | null): Html | false {
  return (
    content !== null &&
    content !== '' &&
    html`<section class="box"><div class="markdown">${markdown(content)}</div></section>`
  );
}

export function annotation(note: Annotation): Html {
  const state = { failure: 'failure', warning: 'action_required' }[note.annotation_level] ?? 'neutral';
  return html`<p class="row">${sign(state)}<span class="grow"><code>${note.path}:${note.start_line}</code> <span class="strong">${note.title}</span> ${note.message}</span></p>`;
}

/** Only web addresses become links. */
function safeLink(url: string): string {
  return /^https?:\/\//.test(url) ? url : '#';
}
