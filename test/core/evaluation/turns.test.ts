import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '#core/chance.ts';
import { type Arms, measureInTurns, type TurnPlan } from '#core/evaluation/turns.ts';

/** Arms that note who had a turn with which rows; each latency is the arm's own. */
function measured(plan: Partial<TurnPlan> = {}, tickMs = 0.001) {
  const taken: { readonly arm: keyof Arms; readonly rows: readonly number[] }[] = [];
  const arm = (name: keyof Arms, us: number) => async (rows: readonly number[]) => {
    taken.push({ arm: name, rows });
    return rows.map(() => us);
  };
  let now = 0;
  const clock = {
    now: () => {
      now += tickMs;
      return now;
    },
  };
  const series = measureInTurns(
    { candidate: arm('candidate', 1), champion: arm('champion', 2), again: arm('again', 3) },
    { rows: 50, perTurn: 1, forMs: 1000, settled: () => true, ...plan },
    { clock, random: seededRandom('turns') },
  );
  return { series, taken };
}

test('each round gives every model a turn with the same rows, in an order of its own', async () => {
  const { series, taken } = measured();
  await series;

  const rounds = Array.from({ length: taken.length / 3 }, (_, round) =>
    taken.slice(3 * round, 3 * round + 3),
  );
  assert.ok(rounds.every((round) => new Set(round.map(({ arm }) => arm)).size === 3));
  assert.ok(rounds.every((round) => new Set(round.map(({ rows }) => String(rows))).size === 1));
  const orders = new Map<string, number>();
  for (const round of rounds) {
    const order = round.map(({ arm }) => arm).join();
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  // 1,020 rounds in six orders: 170 each, standard deviation 12.
  assert.equal(orders.size, 6);
  assert.ok([...orders.values()].every((times) => Math.abs(times - 170) < 60));
});

test('the first twenty requests of each model warm up and count for nothing', async () => {
  const { series, taken } = measured({ perTurn: 10 });
  const { candidateUs, championUs, againUs } = await series;

  const sent = taken.filter(({ arm }) => arm === 'candidate').length * 10;
  assert.equal(sent - candidateUs.length, 20);
  assert.deepEqual(new Set(championUs), new Set([2]));
  assert.deepEqual(new Set(againUs), new Set([3]));
});

for (const { name, settledAt, expected } of [
  { name: 'what is settled at once', settledAt: 1000, expected: 1000 },
  { name: 'what is settled later', settledAt: 3000, expected: 4000 },
  { name: 'what never is', settledAt: Number.POSITIVE_INFINITY, expected: 10_000 },
]) {
  test(`${name} is measured ${expected} times`, async () => {
    const { series } = measured({ settled: ({ candidateUs }) => candidateUs.length >= settledAt });

    assert.equal((await series).candidateUs.length, expected);
  });
}

test('slow models are measured for as long as the plan says, and not longer', async () => {
  const { series } = measured({ settled: () => false }, 10);

  assert.equal((await series).candidateUs.length, 99);
});
