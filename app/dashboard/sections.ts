/** The parts of the pages: models, rollouts, ledger, verdicts, deliveries. */

import { shortDigest } from '#core/digest.ts';
import type { ChainCheck } from '#core/ledger/chain.ts';
import type { LedgerEntry } from '#core/ledger/entry.ts';
import type { Evaluation, FiledDelivery } from '#core/ports/store.ts';
import { html, type Markup } from './html.ts';
import type { ModelView } from './models.ts';
import type { RolloutView } from './rollout-view.ts';

/** Versions and entries that a page shows of each list. */
const SHOWN = 12;

export function modelsSection(repository: string, models: readonly ModelView[]): Markup {
  const rows = models.flatMap(({ model, versions }) =>
    versions.slice(0, SHOWN).map(
      (one, index) => html`<tr>
<td>${index === 0 ? html`<b>${model}</b>` : ''}</td>
<td>${one.version}</td>
<td>${badge(one.stage)}</td>
<td><code title="${one.digest}">${shortDigest(one.digest)}</code></td>
<td>${one.pullRequest === undefined ? '' : `#${one.pullRequest}`}</td>
<td><code>${one.commit.slice(0, 12)}</code></td>
<td>${instant(one.since)}</td>
</tr>`,
    ),
  );
  return html`<section>
<h2>Models of ${repository}</h2>
${table(['model', 'version', 'stage', 'artifact', 'pull request', 'commit', 'since'], rows, 'No version yet: the first merge with a proven candidate makes one.')}
</section>`;
}

/** A rollout with its live numbers and charts; `live.js` finds it by its attributes. */
export function rolloutSection(view: RolloutView): Markup {
  return html`<section class="rollout" data-rollout="${view.id}" data-over="${view.over ? 'yes' : 'no'}">
<h2><a href="/rollouts/${encodeURIComponent(view.id)}">${view.model} ${view.canary}</a>
<span data-field="phase">${badge(view.phase)}</span>
<small>${view.repository} #${view.pullRequest}</small></h2>
<p><span data-field="reason">${view.reason}</span></p>
<div class="facts">
<div><b data-field="weight">${view.weight} %</b> of traffic on the canary</div>
<div>step <b data-field="step">${view.step}</b></div>
${view.guards.map(
  ({ guard, lnE, limit }) =>
    html`<div>guard ${guard}: ln E <b data-guard="${guard}">${lnE.toFixed(2)}</b> of ${limit.toFixed(2)}</div>`,
)}
</div>
<table><thead><tr><th>this step</th><th class="n">requests</th><th class="n">errors</th><th class="n">slow</th></tr></thead><tbody>
${view.arms.map(
  ({ name, units, errors, slow }, index) => html`<tr data-arm="${index}"><td>${name}</td>
<td class="n">${count(units)}</td><td class="n">${count(errors)}</td><td class="n">${count(slow)}</td></tr>`,
)}
</tbody></table>
<div class="charts"><figure><figcaption>Evidence that the canary is worse (ln E); at the dashed limit it goes home</figcaption><div data-chart="evidence"></div></figure>
<figure><figcaption>Canary's share of traffic (left), error rates in the step (right)</figcaption><div data-chart="traffic"></div></figure></div>
</section>`;
}

export function rolloutsSection(views: readonly RolloutView[]): Markup {
  const rows = views.map(
    (view) => html`<tr>
<td class="name"><a href="/rollouts/${encodeURIComponent(view.id)}">${view.model} ${view.canary}</a></td>
<td>${badge(view.phase)}</td><td>#${view.pullRequest}</td><td>${view.reason}</td></tr>`,
  );
  return html`<section><h2>Rollouts</h2>${table(['version', 'outcome', 'pull request', 'why'], rows, 'None yet.')}</section>`;
}

export function ledgerSection(
  repository: string,
  { entries, check }: { readonly entries: readonly LedgerEntry[]; readonly check: ChainCheck },
): Markup {
  const rows = [...entries]
    .reverse()
    .slice(0, SHOWN)
    .map(
      (entry) => html`<tr>
<td class="n">${entry.sequence}</td><td>${badge(entry.action)}</td><td class="name">${entry.model} ${entry.version}</td>
<td>${entry.before?.version ?? ''}</td><td>${entry.actor}</td><td>${entry.reason}</td>
<td><code title="${entry.hash}">${shortDigest(entry.hash)}</code></td><td>${instant(entry.at)}</td></tr>`,
    );
  const state = check.ok
    ? html`<span class="badge good">chain intact, ${check.entries} entries</span>`
    : html`<span class="badge bad">chain broken at ${check.sequence}: ${check.reason}</span>`;
  return html`<section><h2>Ledger of ${repository} ${state}</h2>
${table(['#', 'action', 'version', 'before', 'by', 'why', 'hash', 'at'], rows, 'No entry yet.')}</section>`;
}

export function evaluationsSection(evaluations: readonly Evaluation[]): Markup {
  const rows = evaluations.map(
    (one) => html`<tr><td>${one.model}</td><td>${one.repository} #${one.pullRequest}</td>
<td>${badge(one.outcome && one.state === 'judged' ? one.outcome.status : one.state)}</td>
<td><code title="${one.candidate}">${shortDigest(one.candidate)}</code></td><td>${one.champion?.version ?? 'none'}</td>
<td>${instant(new Date(one.at).toISOString())}</td></tr>`,
  );
  return html`<section><h2>Evaluations</h2>
${table(['model', 'pull request', 'verdict', 'candidate', 'against', 'asked at'], rows, 'None yet.')}</section>`;
}

export function deliveriesSection(deliveries: readonly FiledDelivery[]): Markup {
  const rows = deliveries.map(
    (one) => html`<tr><td>${one.event}</td><td>${one.repository}</td><td>${badge(one.state)}</td>
<td class="n">${one.failures || ''}</td><td>${one.error ?? ''}</td>
<td><code>${one.guid.slice(0, 8)}</code></td><td>${instant(new Date(one.receivedAt).toISOString())}</td></tr>`,
  );
  return html`<section><h2>Deliveries</h2>
${table(['event', 'repository', 'state', 'failures', 'last error', 'delivery', 'received'], rows, 'None yet.')}</section>`;
}

function table(heads: readonly string[], rows: readonly Markup[], empty: string): Markup {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  return html`<table><thead><tr>${heads.map((head) => html`<th>${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`;
}

const TONES: Readonly<Record<string, string>> = {
  production: 'good',
  promoted: 'good',
  pass: 'good',
  done: 'good',
  canary: 'busy',
  running: 'busy',
  waiting: 'busy',
  queued: 'busy',
  fail: 'bad',
  failed: 'bad',
  dead: 'bad',
  'rolled back': 'bad',
  rollback: 'bad',
  inconclusive: 'open',
};

function badge(word: string): Markup {
  return html`<span class="badge ${TONES[word] ?? ''}">${word}</span>`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function instant(iso: string): Markup {
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')}</time>`;
}
