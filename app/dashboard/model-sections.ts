/** The parts of a model's page: the circle, what its monitors found, its alarm, its retrainings. */

import type { MonitorCheck } from '#core/evidence/monitor.ts';
import { counted } from '#core/plural.ts';
import { badge } from './badge.ts';
import { circleOf, isSnoozed, kindsOf, type Round, stampOf } from './circle.ts';
import { numberLink } from './github.ts';
import { html, type Markup } from './html.ts';
import { highlightsOf, monitorChart, nameOf } from './monitor-view.ts';
import { name, number, table } from './table.ts';
import { dayOf, spanOf } from './time.ts';

/** Alarms that a window names. */
const NAMED = 3;

/** Where the model is; `monitor.js` loads the page again when its stamp has changed. */
export function circleSection(round: Round): Markup {
  const stages = circleOf(round).map(
    ({ name: stage, tone, text, isNow }) =>
      html`<li class="${tone}"${isNow && html` aria-current="step"`}><b>${stage}</b> <span>${unbroken(text)}</span></li>`,
  );
  return html`<section data-round="${pathOf(round)}" data-stamp="${stampOf(round)}">
<h2><a href="/models/${pathOf(round)}">${round.model}</a> <small>${round.repository}</small></h2>
<ol class="circle">${stages}</ol>
</section>`;
}

/** Days stay on one line. */
function unbroken(text: string): string {
  return text.replaceAll(/(?<=\d)-(?=\d)/g, '\u2011');
}

/** Charts where scripts run, and the same numbers as a table. */
export function monitorSection(round: Round): Markup {
  const { windows } = round;
  const { drift, performance } = monitorChart(windows);
  return html`<section data-monitor="${pathOf(round)}">
<h2>Monitor <small>${counted(windows.length, 'window')}</small></h2>
<div class="charts">${drift.length > 0 && figure('drift', 'Columns that moved most: PSI over its limit (dashed)')}
${performance.map((one, index) => figure(`performance-${index}`, `${one.name} by window, its 95 % interval, and its limit (dashed)`))}</div>
${windowsTable(round)}
</section>`;
}

function figure(chart: string, caption: string): Markup {
  return html`<figure><figcaption>${caption}</figcaption><div data-chart="${chart}"></div></figure>`;
}

function windowsTable({ windows }: Round): Markup {
  const rows = windows.map((window) => {
    const { result } = window;
    const { worst, metrics } = highlightsOf(window);
    return [
      name(spanOf(window)),
      badge(result.verdict),
      result.version,
      number(result.rows.toLocaleString('en-US')),
      number(result.labelled.toLocaleString('en-US')),
      worst && `${worst.subject}: PSI ${short(worst.statistic)}, limit ${short(worst.threshold)}`,
      html`${metrics.map((check) => html`<div>${metricText(check)}</div>`)}`,
      failuresOf(result.checks),
    ];
  });
  return table(
    ['window', 'verdict', 'version', 'rows', 'labelled', 'moved most', 'performance', 'alarms'],
    rows,
    'No window yet: the first is judged when its time is over and its labels are in.',
  );
}

function metricText(check: MonitorCheck): string {
  const { statistic, low, high, threshold, reference } = check;
  const interval = low === null || high === null ? '' : ` [${short(low)}, ${short(high)}]`;
  const limit = threshold === null ? '' : `, limit ${short(threshold)}`;
  const holdout = reference === null ? '' : `, holdout ${short(reference)}`;
  return `${nameOf(check)} ${short(statistic)}${interval}${limit}${holdout}`;
}

/** Checks that failed and are alarms, a few by name. */
function failuresOf(checks: readonly MonitorCheck[]): string {
  const failed = checks.filter(({ verdict, alarm }) => verdict === 'fail' && alarm);
  const names = [...new Set(failed.map(({ kind, subject }) => `${kind} of ${subject}`))];
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return names.slice(0, NAMED).join(', ') + more;
}

export function alarmSection(round: Round, pages: string): Markup {
  const { alarm, now, repository } = round;
  // One that was only snoozed was never told.
  if (!alarm || alarm.since === 0) {
    return html`<section><h2>Alarm</h2><p class="empty">None so far.</p></section>`;
  }
  const state = isSnoozed(alarm, now) && alarm.state === 'open' ? 'snoozed' : alarm.state;
  return html`<section><h2>Alarm ${state === 'open' ? badge(state, 'bad') : badge(state)}</h2>
<div class="facts">
<div>${alarm.state === 'open' ? 'about' : 'was about'} <b>${kindsOf(alarm)}</b></div>
<div>since <b>${dayOf(alarm.since)}</b>${alarm.window > 0 && html`, newest window <b>${dayOf(alarm.window)}</b>`}</div>
${alarm.issue > 0 && html`<div>issue ${numberLink({ pages, repository }, alarm.issue)}</div>`}
${state === 'snoozed' && html`<div>snoozed until <b>${dayOf(alarm.snoozedUntil ?? 0)}</b></div>`}
</div></section>`;
}

export function retrainingsSection({ retrainings, repository }: Round, pages: string): Markup {
  const rows = retrainings.map((one) => [
    numberLink({ pages, repository }, one.pullRequest),
    badge(one.state),
    name(spanOf(one)),
    one.because.join(', '),
    [one.reason, one.failedGates.length > 0 && `gates that failed: ${one.failedGates.join(', ')}`]
      .filter(Boolean)
      .join('; '),
    html`<time datetime="${new Date(one.decidedAt).toISOString()}">${dayOf(one.decidedAt)}</time>`,
  ]);
  return html`<section><h2>Retrainings</h2>
${table(['pull request', 'state', 'judged on', 'because of', 'why it is so', 'decided'], rows, 'None so far.')}</section>`;
}

/** `owner/name/model` of a link. */
function pathOf({ repository, model }: Pick<Round, 'repository' | 'model'>): string {
  return [...repository.split('/'), model].map(encodeURIComponent).join('/');
}

function short(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(3)));
}
