import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html } from '#app/dashboard/html.ts';
import { modelsOf } from '#app/dashboard/models.ts';
import { chartData } from '#app/dashboard/rollout-view.ts';
import { ledgerSection, modelsSection } from '#app/dashboard/sections.ts';
import { isAllowed } from '#app/dashboard/token.ts';
import { digestOf } from '#core/digest.ts';
import { sealEntry, verifyChain } from '#core/ledger/chain.ts';
import type { LedgerEntry } from '#core/ledger/entry.ts';

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
