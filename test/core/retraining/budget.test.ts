import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Retraining } from '#core/ports/store.ts';
import { budget } from '#core/retraining/budget.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = 100 * DAY;

/** `ago`: hours since it was decided. */
interface Past {
  readonly ago: number;
  readonly state?: Retraining['state'];
  readonly pullRequest?: number;
}

interface Case {
  readonly name: string;
  readonly cooldown?: string;
  readonly atMost?: string;
  readonly history: readonly Past[];
  readonly expected: string;
}

const CASES: readonly Case[] = [
  { name: 'nothing was decided yet', history: [], expected: 'free' },
  { name: 'the cool-down is over exactly', history: [{ ago: 24 }], expected: 'free' },
  { name: 'the cool-down has an hour to go', history: [{ ago: 23 }], expected: 'in 1 h: cooldown is 24h' },
  {
    name: 'three were within a week',
    history: [{ ago: 30 }, { ago: 60 }, { ago: 160 }],
    expected: 'in 8 h: at-most is 3/week',
  },
  { name: 'the third is a week ago', history: [{ ago: 30 }, { ago: 60 }, { ago: 168 }], expected: 'free' },
  {
    name: 'the later of both counts',
    cooldown: '200h',
    history: [{ ago: 30 }, { ago: 60 }, { ago: 160 }],
    expected: 'in 170 h: cooldown is 200h',
  },
  {
    name: 'one that came to no pull request does not count',
    history: [{ ago: 1, pullRequest: 0, state: 'closed' }],
    expected: 'free',
  },
  {
    name: 'one that is being prepared counts',
    history: [{ ago: 1, pullRequest: 0, state: 'decided' }],
    expected: 'in 23 h: cooldown is 24h',
  },
  {
    name: 'a superseded one has no cool-down, but its place in the week',
    history: [{ ago: 1, state: 'superseded' }],
    expected: 'free',
  },
  {
    name: 'three superseded ones fill the week',
    history: [
      { ago: 1, state: 'superseded' },
      { ago: 2, state: 'superseded' },
      { ago: 3, state: 'superseded' },
    ],
    expected: 'in 165 h: at-most is 3/week',
  },
  {
    name: 'a day is its span',
    atMost: '1/day',
    cooldown: '1h',
    history: [{ ago: 2 }],
    expected: 'in 22 h: at-most is 1/day',
  },
  { name: 'a month has 30 days', atMost: '1/month', history: [{ ago: 30 * 24 }], expected: 'free' },
];

for (const { name, cooldown = '24h', atMost = '3/week', history, expected } of CASES) {
  test(`a budget when ${name}`, () => {
    const left = budget({ cooldown, 'at-most': atMost }, history.map(past), NOW);

    const said = left.status === 'free' ? 'free' : `in ${(left.until - NOW) / HOUR} h: ${left.reason}`;
    assert.equal(said, expected);
  });
}

function past({ ago, state = 'merged', pullRequest = 7 }: Past): Retraining {
  return { decidedAt: NOW - ago * HOUR, state, pullRequest } as Retraining;
}
