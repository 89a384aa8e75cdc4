/** What people read on the pull request when its rollout is over: the outcome first, then the numbers of both arms. */

import { shortDigest } from '../digest.ts';
import type { Rollout, StartedRollout } from '../ports/store.ts';
import type { ArmCounts } from '../ports/traffic.ts';

export function describeRollout(rollout: Rollout, started: StartedRollout): string {
  const { model, state, candidate } = rollout;
  const { version, plan } = started;
  const name = `\`${model}\` ${version} (\`${shortDigest(candidate)}\`)`;
  if (!plan || !state) return `**${name} is in production.** It went there directly: ${directly(rollout)}.`;

  const headline =
    state.phase === 'rolled-back'
      ? `**${name} was rolled back** at ${weightOf(plan.steps[state.step])}. ${plan.champion.version} serves all traffic.`
      : `**${name} is in production.** It took over from ${plan.champion.version} in ${plan.steps.length} steps.`;
  const advice = state.phase === 'rolled-back' ? ['', STILL_THERE] : [];
  return [headline, '', escapeText(state.reason), ...advice, '', ...countsTable(rollout, started)].join('\n');
}

const STILL_THERE =
  'The default branch still has this change: revert it, or the next candidate brings it along. Until then nothing is trained again by itself.';

function directly({ provenAgainst }: Rollout): string {
  return provenAgainst ? 'no rollout is configured' : 'there was no version to compare it with';
}

function countsTable({ state }: Rollout, { plan, version }: StartedRollout): readonly string[] {
  if (!state || !plan) return [];
  const { champion, canary } = state.counts;
  return [
    `| last step | requests | errors | error rate |${plan.slowMs === undefined ? '' : ' slow |'}`,
    `|:--|--:|--:|--:|${plan.slowMs === undefined ? '' : '--:|'}`,
    row(`canary ${version}`, canary, plan.slowMs),
    row(`champion ${plan.champion.version}`, champion, plan.slowMs),
  ];
}

function row(name: string, { units, errors, slow }: ArmCounts, slowMs: number | undefined): string {
  const rate = units > 0 ? `${((100 * errors) / units).toFixed(2)} %` : 'none';
  const cells = [name, count(units), count(errors), rate, ...(slowMs === undefined ? [] : [count(slow)])];
  return `| ${cells.join(' | ')} |`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function weightOf(step: { readonly weight: number } | undefined): string {
  return step ? `${step.weight} % of the traffic` : 'its last step';
}

/** Reasons are ours, but a login or a version may stand in them. */
function escapeText(text: string): string {
  return text.replaceAll(/[<>`|]/g, ' ').replaceAll('@', '@\u200b');
}
