import assert from 'node:assert/strict';
import { test } from 'node:test';
import { circleOf, type Round, stampOf } from '#app/dashboard/circle.ts';
import { pagesOf } from '#app/dashboard/github.ts';
import { html } from '#app/dashboard/html.ts';
import {
  alarmSection,
  circleSection,
  monitorSection,
  retrainingsSection,
} from '#app/dashboard/model-sections.ts';
import { modelsOf } from '#app/dashboard/models.ts';
import { monitorChart } from '#app/dashboard/monitor-view.ts';
import { chartData } from '#app/dashboard/rollout-view.ts';
import { ledgerSection, modelsSection } from '#app/dashboard/sections.ts';
import { spanOf } from '#app/dashboard/time.ts';
import { isAllowed } from '#app/dashboard/token.ts';
import { digestOf } from '#core/digest.ts';
import { sealEntry, verifyChain } from '#core/ledger/chain.ts';
import type { LedgerEntry } from '#core/ledger/entry.ts';
import type { Evaluation } from '#core/ports/store.ts';
import { alarmOf, driftOf, MODEL, metricOf, retrainingOf, windowOf } from '#test/support/monitoring.ts';

test('a value can not become markup, markup stays, and nothing shows for what is missing', () => {
  const name = `<img src=x onerror="alert('1')">&`;

  const { text } = html`<b title="${name}">${name}</b>${[html`<i>${1}</i>`, undefined, false, null]}`;

  const escaped = '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;';
  assert.equal(text, `<b title="${escaped}">${escaped}</b><i>1</i>`);
});

for (const { name, actions, expected } of [
  { name: 'a first version', actions: ['production v1'], expected: ['v1 production'] },
  {
    name: 'a canary beside a champion',
    actions: ['production v1', 'canary v2'],
    expected: ['v2 canary', 'v1 production'],
  },
  {
    name: 'a promoted canary',
    actions: ['production v1', 'canary v2', 'production v2'],
    expected: ['v2 production', 'v1 former'],
  },
  {
    name: 'a canary that went home',
    actions: ['production v1', 'canary v2', 'rollback v2'],
    expected: ['v2 rolled back', 'v1 production'],
  },
  {
    name: 'a return to an older version',
    actions: ['production v1', 'production v2', 'override v1'],
    expected: ['v1 production', 'v2 former'],
  },
]) {
  test(`the ledger of ${name} reads ${expected.join(', ')}`, () => {
    const [model] = modelsOf(ledgerOf(actions));

    assert.deepEqual(
      model?.versions.map(({ version, stage }) => `${version} ${stage}`),
      expected,
    );
  });
}

test('a broken chain is told where it breaks', () => {
  const [first, second] = ledgerOf(['production v1', 'canary v2']);
  assert.ok(first && second);
  const entries = [first, { ...second, actor: 'mallory' }];

  const { text } = ledgerSection('acme/risk', { entries, check: verifyChain(entries) });

  assert.match(text, /chain broken at 1/);
});

test('a version that gives its stage back is in the place of nobody, one that takes it is', () => {
  const [first, second] = ledgerOf(['production v1', 'rollback v2']);
  assert.ok(first && second);
  const before = (version: string) => ({ version, digest: digestOf(version) });
  const check = verifyChain([first, second]);
  const textOf = (entry: LedgerEntry) => ledgerSection('acme/risk', { entries: [entry], check }).text;

  assert.match(textOf({ ...first, before: before('v0') }), /data-head="in place of">v0</);
  assert.match(textOf({ ...second, before: before('v2') }), /data-head="in place of"></);
});

test('a login that is markup is shown as text', () => {
  const entries = ledgerOf(['production v1'], '<script>');

  const pages =
    ledgerSection('acme/risk', { entries, check: verifyChain(entries) }).text +
    modelsSection('acme/<b>', modelsOf(entries)).text;

  assert.doesNotMatch(pages, /<script>|acme\/<b>/);
  assert.match(pages, /&lt;script&gt;/);
});

test('error rates of an arm without requests are no numbers, not zero', () => {
  const point = {
    at: 2000,
    weight: 5,
    step: 0,
    counts: { champion: { units: 200, errors: 3, slow: 0 }, canary: { units: 0, errors: 0, slow: 0 } },
    evidence: { errors: 0.25 },
  };

  assert.deepEqual(chartData([point]), {
    at: [2],
    weight: [5],
    canary: [null],
    champion: [1.5],
    evidence: [{ guard: 'errors', lnE: [0.25] }],
  });
});

for (const { name, header, allowed } of [
  { name: 'the bearer token', header: 'Bearer right-token', allowed: true },
  { name: 'the password of HTTP Basic', header: `Basic ${base64('anybody:right-token')}`, allowed: true },
  { name: 'another bearer token', header: 'Bearer wrong-token', allowed: false },
  { name: 'another password', header: `Basic ${base64('right-token:wrong')}`, allowed: false },
  { name: 'nothing', header: undefined, allowed: false },
]) {
  test(`${name} ${allowed ? 'opens' : 'does not open'} the dashboard`, () => {
    assert.equal(isAllowed(header, 'right-token'), allowed);
  });
}

const NOW = Date.parse('2026-07-03');
const WINDOW = windowOf('2026-06-01', '2026-06-16', [metricOf('log_loss', 0.49, 0.46)]);

function round(changes: Partial<Round> = {}): Round {
  return {
    ...MODEL,
    production: { version: 'v0.0.1', since: '2026-05-01T00:00:00.000Z' },
    windows: [],
    alarm: undefined,
    retrainings: [],
    evaluation: undefined,
    rollout: undefined,
    now: NOW,
    ...changes,
  };
}

const EVALUATION: Evaluation = {
  repository: MODEL.repository,
  run: 1,
  pullRequest: 13,
  headSha: 'a'.repeat(40),
  model: MODEL.model,
  candidate: digestOf('candidate'),
  champion: null,
  state: 'running',
  at: NOW,
};

for (const { name, changes, now, says } of [
  { name: 'a version that nobody watches', changes: {}, now: 'serve', says: 'v0.0.1 since 2026-05-01' },
  {
    name: 'a window that was judged',
    changes: { windows: [WINDOW] },
    now: 'monitor',
    says: '2026-06-01 – 2026-06-15: fail',
  },
  {
    name: 'an alarm',
    changes: { windows: [WINDOW], alarm: alarmOf() },
    now: 'alarm',
    says: 'performance',
  },
  {
    name: 'an alarm that sleeps',
    changes: { alarm: alarmOf({ snoozedUntil: NOW + 86_400_000 }) },
    now: 'alarm',
    says: 'performance; snoozed until 2026-07-04',
  },
  {
    name: 'an alarm that is over',
    changes: { windows: [WINDOW], alarm: alarmOf({ state: 'closed' }) },
    now: 'monitor',
    says: '2026-06-01 – 2026-06-15: fail',
  },
  {
    name: 'a retraining that was decided',
    changes: { alarm: alarmOf(), retrainings: [retrainingOf({ state: 'decided', pullRequest: 0 })] },
    now: 'retraining',
    says: 'decided',
  },
  {
    name: 'a pull request that trains',
    changes: { alarm: alarmOf(), retrainings: [retrainingOf()] },
    now: 'retraining',
    says: '#13 open',
  },
  {
    name: 'a candidate that is judged',
    changes: { retrainings: [retrainingOf()], evaluation: EVALUATION },
    now: 'gates',
    says: 'running',
  },
  {
    name: 'a retraining that was given up',
    changes: {
      windows: [WINDOW],
      alarm: alarmOf(),
      retrainings: [retrainingOf({ state: 'given-up', failedGates: ['roc_auc'] })],
    },
    now: 'alarm',
    says: 'performance',
  },
]) {
  test(`${name} stands at ${now}: ${says}`, () => {
    const at = circleOf(round(changes)).filter(({ isNow }) => isNow);

    assert.deepEqual(
      at.map((stage) => [stage.name, stage.text]),
      [[now, says]],
    );
  });
}

test('the circle is a list with one current step, and its page is told apart by what happened', () => {
  const watched = round({ windows: [WINDOW] });
  const { text } = circleSection(watched);

  assert.equal(text.match(/<li /g)?.length, 6);
  assert.equal(text.match(/aria-current="step"/g)?.length, 1);
  assert.match(text, /href="\/models\/acme\/risk\/credit"/);
  assert.notEqual(stampOf(watched), stampOf(round()));
  assert.equal(stampOf(watched), stampOf(round({ windows: [WINDOW] })));
});

const MAY = windowOf('2026-05-16', '2026-06-01', [
  driftOf('temp', 7.1, 0.05),
  driftOf('dew', 0.02),
  driftOf('wind', null),
  driftOf('a', 0.03),
  driftOf('b', 0.04),
  driftOf('c', 0.05),
  metricOf('log_loss', 0.44, 0.52),
  metricOf('log_loss', 1.11, 1.3, 'ratio'),
]);
const JUNE = windowOf('2026-06-01', '2026-06-16', [
  driftOf('temp', 6, 0.05),
  driftOf('dew', 3),
  metricOf('log_loss', 0.55, 0.52),
  metricOf('log_loss', 1.44, 1.3, 'ratio'),
]);

test('the chart holds the columns that moved most, over their limits, and each metric with its interval', () => {
  const chart = monitorChart([JUNE, MAY]);

  assert.deepEqual(
    chart.drift.map(({ column, overLimit }) => [column, overLimit.map((ratio) => ratio?.toFixed(1))]),
    [
      ['temp', ['142.0', '120.0']],
      ['dew', ['0.2', '30.0']],
      ['c', ['0.5', undefined]],
      ['b', ['0.4', undefined]],
    ],
  );
  assert.deepEqual(chart.performance, [
    {
      name: 'log_loss',
      value: [0.44, 0.55],
      low: [0.44 - 0.02, 0.55 - 0.02],
      high: [0.44 + 0.02, 0.55 + 0.02],
      limit: [0.52, 0.52],
      reference: [0.4, 0.4],
    },
    {
      name: 'log_loss ÷ its holdout',
      value: [1.11, 1.44],
      low: [1.11 - 0.02, 1.44 - 0.02],
      high: [1.11 + 0.02, 1.44 + 0.02],
      limit: [1.3, 1.3],
      reference: [1, 1],
    },
  ]);
  assert.deepEqual(
    [chart.from, chart.to],
    [Date.parse('2026-05-16') / 1000, Date.parse('2026-06-16') / 1000],
  );
});

test('without scripts the same stands in a table: worst column, metric with interval and limit, what alarms', () => {
  const { text } = monitorSection(round({ windows: [JUNE, MAY] }));

  assert.match(text, /2026-05-16 – 2026-05-31/);
  assert.match(text, /temp: PSI 6, limit 0\.05/);
  assert.match(text, /log_loss 0\.55 \[0\.53, 0\.57\], limit 0\.52, holdout 0\.4/);
  assert.match(text, /performance of log_loss/);
  assert.match(monitorSection(round()).text, /No window yet/);
});

test('alarm and retrainings lead to GitHub, and say why they ended', () => {
  const pages = pagesOf('https://github.example.test/api/v3');
  const state = round({
    alarm: alarmOf({ snoozedUntil: NOW + 1 }),
    retrainings: [
      retrainingOf({ state: 'given-up', reason: 'twice the same gate', failedGates: ['roc_auc'] }),
      retrainingOf({ id: 'older', pullRequest: 0, state: 'decided' }),
    ],
  });

  const alarm = alarmSection(state, pages).text;
  const retrainings = retrainingsSection(state, pages).text;

  assert.match(alarm, /href="https:\/\/github\.example\.test\/acme\/risk\/issues\/12">#12</);
  assert.match(alarm, /snoozed until <b>2026-07-03/);
  assert.match(retrainings, /issues\/13">#13</);
  assert.match(retrainings, /twice the same gate; gates that failed: roc_auc/);
  assert.match(retrainings, /2026-06-16 – 2026-06-30/);
  assert.doesNotMatch(retrainings, /#0/);
});

test('an alarm that is over says what it was about; one without windows names none, and one that was only snoozed is none', () => {
  const said = (alarm: Round['alarm']) => alarmSection(round({ alarm }), 'https://github.test').text;

  assert.match(said(alarmOf({ state: 'closed' })), /was about <b>performance<\/b>/);
  const silent = said(alarmOf({ kinds: ['volume'], window: 0 }));
  assert.match(silent, /since <b>2026-05-16/);
  assert.doesNotMatch(silent, /newest window/);
  assert.match(said(alarmOf({ state: 'closed', kinds: [], since: 0, window: 0 })), /None so far/);
});

for (const [api, expected] of [
  ['https://api.github.com', 'https://github.com'],
  ['https://api.octocorp.ghe.com', 'https://octocorp.ghe.com'],
  ['https://ghes.example.test/api/v3', 'https://ghes.example.test'],
  ['http://127.0.0.1:9', 'http://127.0.0.1:9'],
] as const) {
  test(`the pages of ${api} are at ${expected}`, () => {
    assert.equal(pagesOf(api), expected);
  });
}

for (const { from, to, expected } of [
  { from: '2026-06-01', to: '2026-06-02', expected: '2026-06-01' },
  { from: '2026-06-01', to: '2026-07-01', expected: '2026-06-01 – 2026-06-30' },
  { from: '2026-06-01T10:00Z', to: '2026-06-01T11:00Z', expected: '2026-06-01 10:00 – 11:00' },
  { from: '2026-06-01T22:00Z', to: '2026-06-02T01:00Z', expected: '2026-06-01 22:00 – 2026-06-02 01:00' },
]) {
  test(`${from} to ${to} reads ${expected}`, () => {
    assert.equal(spanOf({ from: Date.parse(from), to: Date.parse(to) }), expected);
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** Entries written as `<action> <version>`. */
function ledgerOf(actions: readonly string[], actor = 'ada'): readonly LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  for (const [index, text] of actions.entries()) {
    const [action = '', version = ''] = text.split(' ');
    const draft = {
      id: `${index}`,
      action: action as LedgerEntry['action'],
      model: 'credit',
      version,
      digest: digestOf(version),
      commit: 'c'.repeat(40),
      actor,
      evidence: [],
      before: null,
      reason: 'merged',
      at: '2026-11-23T00:00:00.000Z',
    };
    entries.push(sealEntry(draft, entries.at(-1)));
  }
  return entries;
}
