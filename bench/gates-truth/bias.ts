/**
 * What the bias gate says of models whose gaps are known, beside rival rules on the same holdouts. 2,000 holdouts a scenario, drawn anew;
 * each is judged by the gate itself, from evidence to verdict. Seeded: the same numbers on every machine.
 */

import { seededRandom } from '#core/chance.ts';
import { rateComparison } from '#core/config/gates/bias.ts';
import { Gates } from '#core/config/gates/index.ts';
import { judgeBias } from '#core/gates/bias.ts';
import type { VerdictStatus } from '#core/verdict.ts';
import { type BenchRow, benchRow } from '../benchmark.ts';
import { mostAlarms } from '../monitor-truth/binomial-limit.ts';
import { EQUALIZED_ODDS, RUNS, type Scenario, scenarios } from './bias-scenarios.ts';
import { type PeerName, peerNames, peers } from './bias-peers.ts';
import { drawGroups, evidenceOf, parts } from './bias-populations.ts';

/** A claim: how often at most, or at least, the gate says so. */
export interface Claim {
  readonly says: VerdictStatus;
  readonly atMost?: number;
  readonly atLeast?: number;
}

type Tally = Readonly<Record<'ours' | PeerName, Readonly<Record<VerdictStatus, number>>>>;

export function biasTruth(say: (line: string) => void): readonly BenchRow[] {
  const rows = scenarios.flatMap((scenario) => {
    say(`bias, ${scenario.name}: ${RUNS} holdouts`);
    const tally = play(scenario, RUNS);
    return scenario.claims.flatMap((claim) => claimRows(scenario, claim, tally));
  });
  return [...rows, ...[3, 5].map((groups) => neededRow(groups, say))];
}

function claimRows(scenario: Scenario, claim: Claim, tally: Tally): readonly BenchRow[] {
  const ours = tally.ours[claim.says];
  const met =
    claim.atMost !== undefined ? ours <= mostAlarms(RUNS, claim.atMost) : ours >= (claim.atLeast ?? 0) * RUNS;
  const bound = claim.atMost !== undefined ? `at most ${claim.atMost}` : `at least ${claim.atLeast}`;
  return scenario.alone ? [row(undefined)] : peerNames.map(row);

  function row(peer: PeerName | undefined): BenchRow {
    const { pass, fail, inconclusive } = tally.ours;
    return benchRow({
      what: `bias, ${scenario.name}: share that ${WORDS[claim.says]}${peer ? `, ours / ${peer}` : ''}`,
      ours: ours / RUNS,
      peer: peer ? tally[peer][claim.says] / RUNS : null,
      unit: 'share of holdouts',
      aim: bound,
      met,
      reason: `of ${RUNS} holdouts ${pass} passed, ${fail} failed, ${inconclusive} could not be told${peer ? '; the rule of the peer restated, on the same counts' : '; no rival rule is known for this'}`,
    });
  }
}

const WORDS: Readonly<Record<VerdictStatus, string>> = {
  pass: 'passes',
  fail: 'fails',
  inconclusive: 'is left open',
  skipped: 'is skipped',
};

function play(scenario: Scenario, runs: number): Tally {
  const empty = () => ({ pass: 0, fail: 0, inconclusive: 0, skipped: 0 });
  const tally = {
    ours: empty(),
    'a fixed point threshold': empty(),
    "Fairlearn's percentile bootstrap": empty(),
  };
  const gates = Gates.parse({ bias: [scenario.gate] });
  const [gate] = gates.bias;
  const metric = gate && rateComparison(gate);
  const limit = gate?.max ?? gate?.min ?? 0;
  for (let run = 0; run < runs; run++) {
    const name = `${scenario.name} ${run}`;
    const random = seededRandom(name);
    const by = scenario.by ?? ['group'];
    const groups = scenario.population && drawGroups(scenario.population, random);
    const evidence = evidenceOf(name, by, groups ? { groups } : { ...scenario.draw?.(random) });
    for (const { verdict } of judgeBias(evidence, { gates })) tally.ours[verdict.status]++;
    if (!groups || !metric || scenario.alone) continue;
    const counts = groups.map(({ candidate }) => candidate);
    for (const peer of peerNames) tally[peer][peers[peer](metric, counts, limit, random)]++;
  }
  return tally;
}

/** Steps of a search: finer than the answer is used. */
const SEARCH_RUNS = 300;
const FINER = 1.1;

/** The least rows of each group with which a fair model passes in 60 % and one at twice the limit fails in 80 % of holdouts. */
function neededRow(groups: number, say: (line: string) => void): BenchRow {
  const fair = (rows: number, runs: number) => share(parts(rows, Array(groups).fill(0.6)), 'pass', runs);
  const unfair = (rows: number, runs: number) =>
    share(parts(rows, [0.4, ...Array(groups - 1).fill(0.6)]), 'fail', runs);
  let rows = 1500;
  while (fair(rows, SEARCH_RUNS) < 0.6 || unfair(rows, SEARCH_RUNS) < 0.8)
    rows = Math.ceil((rows * FINER) / 50) * 50;
  say(`bias, ${groups} groups: ${rows} rows of each`);
  const [passes, fails] = [fair(rows, RUNS), unfair(rows, RUNS)];
  return benchRow({
    what: `bias, rows of each of ${groups} groups with which a fair model passes ≥ 60 % and one at .20 fails ≥ 80 %`,
    ours: rows,
    peer: null,
    unit: 'rows of each group',
    aim: 'printed',
    met: passes >= 0.58 && fails >= 0.78,
    reason: `equalized_odds_difference, limit .10, base rate .3: at ${rows} rows a fair model passed ${percent(passes)} and one at .20 failed ${percent(fails)} of ${RUNS} holdouts; no rule of a peer says how many rows it needs`,
  });

  function share(population: Scenario['population'], status: VerdictStatus, runs: number): number {
    const name = `${groups} groups ${status}`;
    const scenario = { name, gate: EQUALIZED_ODDS, claims: [], population, alone: true } as const;
    return play(scenario, runs).ours[status] / runs;
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
