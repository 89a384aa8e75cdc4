/** `/mergeway status`: what is in production, what is on its way, and what this pull request awaits. */

import { shortDigest } from '../digest.ts';
import type { ModelVersion } from '../ports/model-registry.ts';
import { instantText } from '../intervals/instant.ts';
import type { Alarm, Retraining, Rollout } from '../ports/store.ts';
import { escapeMarkdown } from '../report/escape.ts';
import type { Command, CommandCall } from './command.ts';

export const status: Command = {
  name: 'status',
  usage: '',
  summary:
    "shows each model's versions, the running rollout, alarms and retraining, and what this pull request waits for",
  run,
};

async function run(call: CommandCall): Promise<string> {
  const { registry } = call.workspace;
  const lines: string[] = [];
  for (const model of await registry.models()) lines.push(await modelLine(call, model));
  if (lines.length === 0) lines.push('- no model has a version yet');

  return [...lines, ...(call.on === 'pull-request' ? [await pullRequestLine(call)] : [])].join('\n');
}

async function modelLine({ workspace }: CommandCall, model: string): Promise<string> {
  const { registry, store, forge } = workspace;
  const { stages } = await registry.state(model);
  const rollouts = await store.rollouts.of(forge.repository, model);
  const running = rollouts.find(({ stage }) => stage === 'running');
  const waiting = rollouts.filter(({ stage }) => stage === 'queued').length;
  const parts = [
    `production ${versionText(stages.production)}`,
    ...(running ? [rolloutText(running)] : []),
    ...(waiting > 0 ? [`${waiting} merged and waiting`] : []),
    ...alarmTexts(await store.monitors.alarm(forge.repository, model), workspace.clock.now()),
    ...retrainingTexts(await store.retrainings.of(forge.repository, model, 1)),
  ];
  return `- \`${model}\`: ${parts.join('; ')}`;
}

function alarmTexts(alarm: Alarm | undefined, now: number): readonly string[] {
  if (!alarm) return [];
  const { state, kinds, issue, since, snoozedUntil = 0 } = alarm;
  const isLoud = state === 'open' && kinds.length > 0;
  return [
    ...(isLoud
      ? [`alarm: ${kinds.join(', ')} since ${instantText(since)}${issue > 0 ? ` (#${issue})` : ''}`]
      : []),
    ...(snoozedUntil > now ? [`snoozed until ${instantText(snoozedUntil)}`] : []),
  ];
}

function retrainingTexts([newest]: readonly Retraining[]): readonly string[] {
  if (!newest) return [];
  const { state, pullRequest, reason } = newest;
  const waits = reason === '' ? '' : `, ${escapeMarkdown(reason)}`;
  if (state === 'open') return [`retraining #${pullRequest}${waits}`];
  if (state === 'decided') return ['retraining under way'];
  return state === 'given-up' ? ['retraining given up: it needs a person'] : [];
}

function versionText(version: ModelVersion | undefined): string {
  if (!version) return 'empty';
  return `${version.version}${version.digest ? ` (\`${shortDigest(version.digest)}\`)` : ''}`;
}

function rolloutText({ started, state }: Rollout): string {
  const step = started?.plan?.steps[state?.step ?? 0];
  const counts = state?.counts.canary;
  const numbers = counts ? `, ${counts.errors} errors in ${counts.units} requests` : '';
  return `canary ${started?.version ?? ''} at ${step?.weight ?? 0} %${numbers}`;
}

async function pullRequestLine({ workspace, number }: CommandCall): Promise<string> {
  const { forge, store } = workspace;
  const { head } = await forge.pullRequest(number);
  const [candidates, evaluations] = await Promise.all([
    store.candidates.of(forge.repository, head.sha),
    store.evaluations.of(forge.repository, head.sha),
  ]);
  if (candidates.length === 0) return `- this pull request at \`${head.sha.slice(0, 12)}\`: no candidate yet`;

  const texts = candidates.map(({ model, digest }) => {
    const newest = evaluations.find((one) => one.model === model && one.state !== 'superseded');
    return `\`${model}\` (\`${shortDigest(digest)}\`) ${newest?.outcome?.status ?? newest?.state ?? 'waiting for its evaluation'}`;
  });
  return `- this pull request at \`${head.sha.slice(0, 12)}\`: ${texts.join('; ')}`;
}
