/** A rollout as the page and the live chart show it. */

import type { Rollout, RolloutPoint } from '#core/ports/store.ts';
import { guardEvidence } from '#core/rollout/guards.ts';

export interface RolloutView {
  readonly id: string;
  readonly model: string;
  readonly repository: string;
  readonly pullRequest: number;
  readonly phase: string;
  readonly over: boolean;
  readonly champion: string;
  readonly canary: string;
  /** Percent of traffic that the canary takes. */
  readonly weight: number;
  readonly step: string;
  readonly reason: string;
  readonly arms: readonly {
    readonly name: string;
    readonly units: number;
    readonly errors: number;
    readonly slow: number;
  }[];
  readonly guards: readonly { readonly guard: string; readonly lnE: number; readonly limit: number }[];
}

export function rolloutView(rollout: Rollout): RolloutView {
  const { started, state } = rollout;
  const plan = started?.plan;
  const champion = plan?.champion.version ?? '';
  const canary = started?.version ?? '';
  return {
    id: rollout.id,
    model: rollout.model,
    repository: rollout.repository,
    pullRequest: rollout.pullRequest,
    phase: phaseOf(rollout),
    over: rollout.settled,
    champion,
    canary,
    weight: weightOf(rollout),
    step: plan && state ? `${state.step + 1} of ${plan.steps.length}` : '',
    reason: state?.reason ?? reasonWithoutState(rollout),
    arms: state
      ? [
          { name: `canary ${canary}`, ...state.counts.canary },
          { name: `champion ${champion}`, ...state.counts.champion },
        ]
      : [],
    guards:
      plan && state ? guardEvidence(plan, state).map(({ guard, lnE, limit }) => ({ guard, lnE, limit })) : [],
  };
}

/** Columns for the chart: seconds since 1970, then a list per line. */
export interface ChartData {
  readonly at: readonly number[];
  readonly weight: readonly number[];
  /** Error rates of the running step, percent; null without a request. */
  readonly canary: readonly (number | null)[];
  readonly champion: readonly (number | null)[];
  readonly evidence: readonly { readonly guard: string; readonly lnE: readonly (number | null)[] }[];
}

export function chartData(points: readonly RolloutPoint[]): ChartData {
  const guards = [...new Set(points.flatMap(({ evidence }) => Object.keys(evidence)))].sort();
  return {
    at: points.map(({ at }) => at / 1000),
    weight: points.map(({ weight }) => weight),
    canary: points.map(({ counts }) => rate(counts.canary)),
    champion: points.map(({ counts }) => rate(counts.champion)),
    evidence: guards.map((guard) => ({ guard, lnE: points.map(({ evidence }) => evidence[guard] ?? null) })),
  };
}

function rate({ units, errors }: RolloutPoint['counts']['canary']): number | null {
  return units > 0 ? (100 * errors) / units : null;
}

function phaseOf({ stage, state, started }: Rollout): string {
  if (stage === 'queued') return 'queued';
  if (state && state.phase !== 'running') return state.phase === 'promoted' ? 'promoted' : 'rolled back';
  if (stage === 'running') return 'running';
  return started ? 'promoted' : 'not started';
}

function reasonWithoutState({ stage, started }: Rollout): string {
  if (stage === 'queued') return 'waits for the rollout before it';
  return started ? 'straight to production' : 'not rolled out: the pull request says why';
}

function weightOf({ started, state, stage }: Rollout): number {
  const plan = started?.plan;
  if (!plan || !state) return started && stage !== 'queued' ? 100 : 0;
  if (state.phase === 'promoted') return 100;
  return state.phase === 'rolled-back' ? 0 : (plan.steps[state.step]?.weight ?? 0);
}
