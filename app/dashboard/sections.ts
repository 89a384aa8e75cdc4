/** The parts of the pages: models, rollouts, ledger, verdicts, deliveries. */

import { shortDigest } from '#core/digest.ts';
import type { ChainCheck } from '#core/ledger/chain.ts';
import type { LedgerEntry } from '#core/ledger/entry.ts';
import type { Evaluation, FiledDelivery } from '#core/ports/store.ts';
import { badge } from './badge.ts';
import { html, type Markup } from './html.ts';
import type { ModelView } from './models.ts';
import type { RolloutView } from './rollout-view.ts';
import { name, number, table } from './table.ts';

/** Versions and entries that a page shows of each list. */
const SHOWN = 12;

export function modelsSection(repository: string, models: readonly ModelView[]): Markup {
  const rows = models.flatMap(({ model, versions }) =>
    versions
      .slice(0, SHOWN)
      .map((one, index) => [
        index === 0 ? html`<b>${model}</b>` : '',
        one.version,
        badge(one.stage),
        digest(one.digest),
        one.pullRequest === undefined ? '' : `#${one.pullRequest}`,
        html`<code>${one.commit.slice(0, 12)}</code>`,
        instant(one.since),
      ]),
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
  ({ name: arm, units, errors, slow }, index) => html`<tr data-arm="${index}"><td>${arm}</td>
<td class="n">${count(units)}</td><td class="n">${count(errors)}</td><td class="n">${count(slow)}</td></tr>`,
)}
</tbody></table>
<div class="charts"><figure><figcaption>Evidence that the canary is worse (ln E); at the dashed limit it goes home</figcaption><div data-chart="evidence"></div></figure>
<figure><figcaption>Canary's share of traffic (left), error rates in the step (right)</figcaption><div data-chart="traffic"></div></figure></div>
</section>`;
}

export function rolloutsSection(views: readonly RolloutView[]): Markup {
  const rows = views.map((view) => [
    name(html`<a href="/rollouts/${encodeURIComponent(view.id)}">${view.model} ${view.canary}</a>`),
    badge(view.phase),
    `#${view.pullRequest}`,
    view.reason,
  ]);
  return html`<section><h2>Rollouts</h2>${table(['version', 'outcome', 'pull request', 'why'], rows, 'None yet.')}</section>`;
}

export function ledgerSection(
  repository: string,
  { entries, check }: { readonly entries: readonly LedgerEntry[]; readonly check: ChainCheck },
): Markup {
  const rows = [...entries]
    .reverse()
    .slice(0, SHOWN)
    .map((entry) => [
      number(entry.sequence),
      badge(entry.action),
      name(`${entry.model} ${entry.version}`),
      replacedBy(entry),
      entry.actor,
      entry.reason,
      digest(entry.hash),
      instant(entry.at),
    ]);
  const state = check.ok
    ? html`<span class="badge good">chain intact, ${check.entries} entries</span>`
    : html`<span class="badge bad">chain broken at ${check.sequence}: ${check.reason}</span>`;
  return html`<section><h2>Ledger of ${repository} ${state}</h2>
${table(['#', 'action', 'version', 'in place of', 'by', 'why', 'hash', 'at'], rows, 'No entry yet.')}</section>`;
}

/** A version that gives its stage back replaces nobody: what was there before is itself. */
function replacedBy({ before, version }: LedgerEntry): string {
  return before && before.version !== version ? before.version : '';
}

export function evaluationsSection(evaluations: readonly Evaluation[]): Markup {
  const rows = evaluations.map((one) => [
    one.model,
    `${one.repository} #${one.pullRequest}`,
    verdictOf(one),
    digest(one.candidate),
    one.champion?.version ?? 'none',
    instant(new Date(one.at).toISOString()),
  ]);
  return html`<section><h2>Evaluations</h2>
${table(['model', 'pull request', 'verdict', 'candidate', 'against', 'asked at'], rows, 'None yet.')}</section>`;
}

/** The way to its report, once there is one. */
function verdictOf({ repository, run, state, outcome }: Evaluation): Markup {
  if (!outcome || state !== 'judged') return badge(state);
  return html`<a href="/evaluations/${[...repository.split('/'), String(run)].map(encodeURIComponent).join('/')}">${badge(outcome.status)}</a>`;
}

export function deliveriesSection(deliveries: readonly FiledDelivery[]): Markup {
  const rows = deliveries.map((one) => [
    one.event,
    one.repository,
    badge(one.state),
    number(one.failures || ''),
    one.error,
    html`<code>${one.guid.slice(0, 8)}</code>`,
    instant(new Date(one.receivedAt).toISOString()),
  ]);
  return html`<section><h2>Deliveries</h2>
${table(['event', 'repository', 'state', 'failures', 'last error', 'delivery', 'received'], rows, 'None yet.')}</section>`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function digest(text: string): Markup {
  return html`<code title="${text}">${shortDigest(text)}</code>`;
}

function instant(iso: string): Markup {
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')}</time>`;
}
