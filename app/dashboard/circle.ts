/** Where a model is on its way round: serving, watched, alarmed, trained again, judged, tried on live traffic, serving. Pure. */

import type { Alarm, Evaluation, MonitorWindow, Retraining, Rollout } from '#core/ports/store.ts';
import { rolloutView } from './rollout-view.ts';
import { dayOf, spanOf } from './time.ts';

const STAGES = ['serve', 'monitor', 'alarm', 'retraining', 'gates', 'canary'] as const;
type StageName = (typeof STAGES)[number];

export interface Stage {
  readonly name: StageName;
  readonly tone: 'good' | 'busy' | 'bad' | 'open' | 'quiet';
  /** What was last seen there. */
  readonly text: string;
  readonly isNow: boolean;
}

/** What the store knows of a model, the newest of each first. */
export interface Round {
  readonly repository: string;
  readonly model: string;
  readonly production: { readonly version: string; readonly since: string } | undefined;
  readonly windows: readonly MonitorWindow[];
  readonly alarm: Alarm | undefined;
  readonly retrainings: readonly Retraining[];
  /** Of the newest retraining's commit. */
  readonly evaluation: Evaluation | undefined;
  readonly rollout: Rollout | undefined;
  readonly now: number;
}

export function circleOf(round: Round): readonly Stage[] {
  const now = placeOf(round);
  const seen: Readonly<Record<StageName, Pick<Stage, 'tone' | 'text'>>> = {
    serve: serveStage(round),
    monitor: monitorStage(round),
    alarm: alarmStage(round),
    retraining: retrainingStage(round),
    gates: gatesStage(round),
    canary: canaryStage(round),
  };
  return STAGES.map((name) => ({ name, ...seen[name], isNow: name === now }));
}

/** A text that differs when something of the round does; the page is loaded again then. */
export function stampOf({ windows, alarm, retrainings, evaluation, rollout, ...round }: Round): string {
  const [window] = windows;
  const [retraining] = retrainings;
  return JSON.stringify([
    round.production?.version,
    window?.from,
    window?.at,
    alarm?.state,
    alarm?.told,
    alarm?.issue,
    isSnoozed(alarm, round.now),
    retraining?.id,
    retraining?.state,
    retraining?.pullRequest,
    retraining?.reason,
    evaluation?.state,
    rollout?.id,
    rollout?.stage,
    rollout?.state?.step,
    rollout?.settled,
  ]);
}

export function isSnoozed(alarm: Alarm | undefined, now: number): boolean {
  return alarm?.snoozedUntil !== undefined && alarm.snoozedUntil > now;
}

function placeOf({ windows, alarm, retrainings, evaluation, rollout }: Round): StageName {
  if (rollout && !rollout.settled) return 'canary';
  const [retraining] = retrainings;
  if (retraining?.state === 'open' && evaluation) return 'gates';
  if (retraining?.state === 'open' || retraining?.state === 'decided') return 'retraining';
  if (alarm?.state === 'open') return 'alarm';
  return windows.length > 0 ? 'monitor' : 'serve';
}

function serveStage({ production }: Round): Pick<Stage, 'tone' | 'text'> {
  if (!production) return { tone: 'quiet', text: 'no version yet' };
  return { tone: 'good', text: `${production.version} since ${production.since.slice(0, 10)}` };
}

function monitorStage({ windows: [window] }: Round): Pick<Stage, 'tone' | 'text'> {
  if (!window) return { tone: 'quiet', text: 'no window yet' };
  const { verdict } = window.result;
  const tone = ({ pass: 'good', fail: 'bad', inconclusive: 'open', skipped: 'quiet' } as const)[verdict];
  return { tone, text: `${spanOf(window)}: ${verdict}` };
}

function alarmStage({ alarm, now }: Round): Pick<Stage, 'tone' | 'text'> {
  if (!alarm || alarm.since === 0) return { tone: 'quiet', text: 'none so far' };
  if (alarm.state === 'closed') return { tone: 'quiet', text: 'over' };
  const kinds = kindsOf(alarm);
  if (!isSnoozed(alarm, now)) return { tone: 'bad', text: kinds };
  return { tone: 'open', text: `${kinds}; snoozed until ${dayOf(alarm.snoozedUntil ?? now)}` };
}

/** What the alarm is about, for people. */
export function kindsOf({ kinds }: Alarm): string {
  return kinds.join(', ') || 'retraining';
}

function retrainingStage({ retrainings: [retraining] }: Round): Pick<Stage, 'tone' | 'text'> {
  if (!retraining) return { tone: 'quiet', text: 'none so far' };
  const pull = retraining.pullRequest ? `#${retraining.pullRequest} ` : '';
  const tone = RETRAINING_TONES[retraining.state] ?? 'quiet';
  return { tone, text: `${pull}${retraining.state}` };
}

const RETRAINING_TONES: Readonly<Record<string, Stage['tone']>> = {
  decided: 'busy',
  open: 'busy',
  merged: 'good',
  'given-up': 'bad',
};

function gatesStage({ retrainings: [retraining], evaluation }: Round): Pick<Stage, 'tone' | 'text'> {
  const failed = retraining?.failedGates ?? [];
  if (failed.length > 0) return { tone: 'bad', text: `failed: ${failed.join(', ')}` };
  if (retraining?.state === 'merged') return { tone: 'good', text: 'passed' };
  if (!evaluation) return { tone: 'quiet', text: 'nothing to judge' };
  const status = evaluation.outcome?.status;
  if (evaluation.state !== 'judged' || !status) return { tone: 'busy', text: evaluation.state };
  return { tone: status === 'pass' ? 'good' : status === 'fail' ? 'bad' : 'open', text: status };
}

function canaryStage({ rollout }: Round): Pick<Stage, 'tone' | 'text'> {
  if (!rollout) return { tone: 'quiet', text: 'none so far' };
  const view = rolloutView(rollout);
  const version = view.canary ? `${view.canary} ` : '';
  if (!view.over) return { tone: 'busy', text: `${version}${view.phase}, ${view.weight} %` };
  return { tone: view.phase === 'rolled back' ? 'bad' : 'good', text: `${version}${view.phase}` };
}
