/** `/mergeway status`: what is in production, what is on its way, and what this pull request awaits. */

import { shortDigest } from '../digest.ts';
import type { ModelVersion } from '../ports/model-registry.ts';
import type { Rollout } from '../ports/store.ts';
import type { Command, CommandCall } from './command.ts';

export const status: Command = {
  name: 'status',
  usage: '',
  summary: "shows each model's versions, the running rollout, and what this pull request waits for",
  run,
};

async function run(call: CommandCall): Promise<string> {
  const { registry } = call.workspace;
  const lines: string[] = [];
  for (const model of await registry.models()) lines.push(await modelLine(call, model));
  if (lines.length === 0) lines.push('- no model has a version yet');

  return [...lines, await pullRequestLine(call)].join('\n');
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
  ];
  return `- \`${model}\`: ${parts.join('; ')}`;
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

async function pullRequestLine({ workspace, pullRequest }: CommandCall): Promise<string> {
  const { forge, store } = workspace;
  const { head } = await forge.pullRequest(pullRequest);
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
