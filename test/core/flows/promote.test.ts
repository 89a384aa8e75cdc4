import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryTags } from '#adapters/memory/annotated-tags.ts';
import { memoryLedger } from '#adapters/memory/ledger.ts';
import { digestOf } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';
import {
  assignProduction,
  type MergedCandidate,
  type PromotionPorts,
  promoteMerge,
  recordRollback,
  restoreProduction,
  type StageDecision,
} from '#core/flows/promote.ts';
import { verifyChain } from '#core/ledger/chain.ts';
import { tagLedger } from '#core/ledger/tag-ledger.ts';
import type { AnnotatedTags } from '#core/ports/annotated-tags.ts';
import type { Ledger } from '#core/ports/ledger.ts';
import { gtoRegistry } from '#core/registry/gto-registry.ts';

const NOON = Date.UTC(2026, 0, 2, 12);

const FIRST: MergedCandidate = {
  model: 'credit',
  digest: digestOf('linear'),
  commit: 'a'.repeat(40),
  actor: 'ada',
  evidence: [digestOf('evidence')],
  pullRequest: 1,
  reason: 'merged #1',
};
const SECOND: MergedCandidate = {
  ...FIRST,
  digest: digestOf('trees'),
  commit: 'b'.repeat(40),
  pullRequest: 2,
  reason: 'merged #2',
};
const THIRD: MergedCandidate = {
  ...FIRST,
  digest: digestOf('deeper trees'),
  commit: 'c'.repeat(40),
  pullRequest: 3,
  reason: 'merged #3',
};

const ENDED: StageDecision = {
  model: 'credit',
  version: 'v0.0.2',
  rollout: 'credit-1',
  actor: 'mergeway',
  evidence: [],
  reason: 'the rollout ended',
};

/** A world whose effects can be made to fail: `failAt` counts tag creations and ledger appends, before or after they happen. */
interface World {
  readonly ports: PromotionPorts;
  readonly tags: AnnotatedTags;
  readonly effects: () => number;
}

interface Fault {
  readonly at: number;
  readonly when: 'before' | 'after';
}

type LedgerKind = 'database' | 'tags';

function world(kind: LedgerKind): { open: (fault?: Fault) => World } {
  const tags = memoryTags();
  const database = memoryLedger();
  return {
    open(fault) {
      let effects = 0;
      async function effect<T>(act: () => Promise<T>): Promise<T> {
        effects++;
        const crash = () => new MergewayError('MW_TRAFFIC_UNREACHABLE', `crash at effect ${effects}`);
        if (fault?.at === effects && fault.when === 'before') throw crash();
        const result = await act();
        if (fault?.at === effects) throw crash();
        return result;
      }
      const faulty: AnnotatedTags = { list: tags.list, create: (tag) => effect(() => tags.create(tag)) };
      const inner: Ledger = kind === 'database' ? database : tagLedger(tags);
      const ledger: Ledger = { entries: inner.entries, append: (draft) => effect(() => inner.append(draft)) };
      const ports = { registry: gtoRegistry(faulty), ledger, clock: { now: () => NOON } };
      return { ports, tags, effects: () => effects };
    },
  };
}

type Story = (ports: PromotionPorts) => Promise<unknown>;

const mergeFirst: Story = (ports) => promoteMerge(ports, FIRST, { rollout: true });
const mergeSecond: Story = (ports) => promoteMerge(ports, SECOND, { rollout: true });
const mergeThird: Story = (ports) => promoteMerge(ports, THIRD, { rollout: true });
const ended: Story = (ports) => assignProduction(ports, ENDED);
const failed: Story = (ports) => recordRollback(ports, ENDED);
const restored: Story = (ports) =>
  restoreProduction(ports, { ...ENDED, version: 'v0.0.1', actor: 'ada', rollout: 'comment-99' });

async function outcome({ ports, tags }: World) {
  const { stages } = await ports.registry.state('credit');
  const entries = await ports.ledger.entries();
  return {
    tags: (await tags.list()).map(({ name }) => name),
    canary: stages.canary?.version,
    production: stages.production?.version,
    ledger: entries.map(
      ({ action, version, before }) => `${action} ${version} after ${before?.version ?? 'nothing'}`,
    ),
    chain: verifyChain(entries).ok,
  };
}

const STORIES = [
  {
    name: 'the first version goes straight to production',
    given: [],
    story: mergeFirst,
    expected: {
      tags: ['credit@v0.0.1', 'credit#production#1'],
      canary: undefined,
      production: 'v0.0.1',
      ledger: ['production v0.0.1 after nothing'],
      chain: true,
    },
  },
  {
    name: 'without a rollout every version goes straight to production',
    given: [mergeFirst],
    story: ((ports) => promoteMerge(ports, SECOND, { rollout: false })) as Story,
    expected: {
      tags: ['credit@v0.0.1', 'credit#production#1', 'credit@v0.0.2', 'credit#production#2'],
      canary: undefined,
      production: 'v0.0.2',
      ledger: ['production v0.0.1 after nothing', 'production v0.0.2 after v0.0.1'],
      chain: true,
    },
  },
  {
    name: 'the second version is a canary and production stays',
    given: [mergeFirst],
    story: mergeSecond,
    expected: {
      tags: ['credit@v0.0.1', 'credit#production#1', 'credit@v0.0.2', 'credit#canary#2'],
      canary: 'v0.0.2',
      production: 'v0.0.1',
      ledger: ['production v0.0.1 after nothing', 'canary v0.0.2 after nothing'],
      chain: true,
    },
  },
  {
    name: 'a rollout that ended well moves production',
    given: [mergeFirst, mergeSecond],
    story: ended,
    expected: {
      tags: [
        'credit@v0.0.1',
        'credit#production#1',
        'credit@v0.0.2',
        'credit#canary#2',
        'credit#production#3',
        'credit#canary!#4',
      ],
      canary: undefined,
      production: 'v0.0.2',
      ledger: [
        'production v0.0.1 after nothing',
        'canary v0.0.2 after nothing',
        'production v0.0.2 after v0.0.1',
      ],
      chain: true,
    },
  },
  {
    name: 'a rollout that ended badly leaves production where it was',
    given: [mergeFirst, mergeSecond],
    story: failed,
    expected: {
      tags: ['credit@v0.0.1', 'credit#production#1', 'credit@v0.0.2', 'credit#canary#2', 'credit#canary!#3'],
      canary: undefined,
      production: 'v0.0.1',
      ledger: [
        'production v0.0.1 after nothing',
        'canary v0.0.2 after nothing',
        'rollback v0.0.2 after v0.0.2',
      ],
      chain: true,
    },
  },
  {
    name: 'an older version takes production again as gto writes it',
    given: [mergeFirst, mergeSecond, ended],
    story: restored,
    expected: {
      tags: [
        'credit@v0.0.1',
        'credit#production#1',
        'credit@v0.0.2',
        'credit#canary#2',
        'credit#production#3',
        'credit#canary!#4',
        'credit#production#5',
      ],
      canary: undefined,
      production: 'v0.0.1',
      ledger: [
        'production v0.0.1 after nothing',
        'canary v0.0.2 after nothing',
        'production v0.0.2 after v0.0.1',
        'override v0.0.1 after v0.0.2',
      ],
      chain: true,
    },
  },
] as const;

for (const kind of ['database', 'tags'] as const) {
  for (const { name, given, story, expected } of STORIES) {
    async function prepared() {
      const place = world(kind);
      for (const earlier of given) await earlier(place.open().ports);
      return place;
    }

    test(`ledger in ${kind}: ${name}`, async () => {
      const open = (await prepared()).open();

      await story(open.ports);

      assert.deepEqual(await outcome(open), expected);
    });

    test(`ledger in ${kind}: ${name}, told three times`, async () => {
      const open = (await prepared()).open();

      for (let times = 0; times < 3; times++) await story(open.ports);

      assert.deepEqual(await outcome(open), expected);
    });

    test(`ledger in ${kind}: ${name}, after a crash at every point`, async () => {
      const whole = (await prepared()).open();
      await story(whole.ports);

      for (let at = 1; at <= whole.effects(); at++) {
        for (const when of ['before', 'after'] as const) {
          const place = await prepared();
          await assert.rejects(story(place.open({ at, when }).ports), { code: 'MW_TRAFFIC_UNREACHABLE' });

          const again = place.open();
          await story(again.ports);

          assert.deepEqual(await outcome(again), expected, `crash ${when} effect ${at}`);
        }
      }
    });
  }

  test(`ledger in ${kind}: stories told again later change nothing that came after them`, async () => {
    const place = world(kind);
    for (const story of [mergeFirst, mergeSecond, ended, mergeThird]) await story(place.open().ports);
    const before = await outcome(place.open());

    for (const story of [mergeFirst, mergeSecond, ended, mergeThird]) await story(place.open().ports);

    assert.deepEqual(await outcome(place.open()), before);
    assert.equal(before.canary, 'v0.0.3');
    assert.equal(before.production, 'v0.0.2');
  });

  test(`ledger in ${kind}: a rolled-back candidate does not come back when its merge is told again`, async () => {
    const place = world(kind);
    for (const story of [mergeFirst, mergeSecond, failed, mergeSecond]) await story(place.open().ports);

    const { canary, production } = await outcome(place.open());

    assert.equal(canary, undefined);
    assert.equal(production, 'v0.0.1');
  });
}

test('a version that another tool registered has no digest and is not promoted', async () => {
  const { ports, tags } = world('tags').open();
  await tags.create({ name: 'credit@v0.0.2', commit: 'b'.repeat(40), message: 'by hand', at: NOON });

  await assert.rejects(assignProduction(ports, ENDED), { code: 'MW_VERSION_UNPROVEN' });
  assert.equal((await tags.list()).length, 1);
});

test('a version that is not there is not promoted', async () => {
  const { ports } = world('database').open();

  await assert.rejects(assignProduction(ports, ENDED), { code: 'MW_VERSION_NOT_FOUND' });
});
