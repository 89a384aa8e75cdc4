/** What the rollout controller does, by hand: one look after the other, a second apart, until nothing is open. */

import assert from 'node:assert/strict';
import { advanceRollout } from '#core/flows/advance-rollout.ts';
import { collectEvaluation } from '#core/flows/collect-evaluation.ts';
import { collectTraining } from '#core/flows/collect-training.ts';
import { queueMerge } from '#core/flows/queue-merge.ts';
import { settleRollout } from '#core/flows/settle-rollout.ts';
import { startRollout } from '#core/flows/start-rollout.ts';
import type { Workspace } from '#core/flows/workspace.ts';
import type { Rollout } from '#core/ports/store.ts';
import { type Line, NUMBER, onnxNamed } from './line.ts';

export interface Look {
  /** In place of the line's own, such as one that crashes. */
  readonly workspace?: Workspace;
  readonly before?: () => void;
}

/** A pull request with another training, named so: trained, evaluated, passed and merged. */
export async function mergeProven(line: Line, name: string): Promise<void> {
  line.push({ 'src/train.py': `${name}()` });
  await collectTraining(line.workspace, await line.trained({ onnx: onnxNamed(name) }));
  await collectEvaluation(line.workspace, await line.evaluated());
  line.merge();
  await queueMerge(line.workspace, { number: NUMBER, actor: 'rita' });
}

export async function openRollout({ workspace }: Line): Promise<Rollout> {
  const [rollout] = await workspace.store.rollouts.open();
  assert.ok(rollout);
  return rollout;
}

export async function runToEnd(line: Line, look: Look = {}): Promise<void> {
  for (let looks = 0; looks < 300; looks++) {
    const [rollout] = await line.workspace.store.rollouts.open();
    if (!rollout) return;
    await lookOnce(line, rollout, look);
    line.clock.advance(1000);
  }
  assert.fail('the rollout does not end');
}

export async function lookOnce(
  line: Line,
  rollout: Rollout,
  { workspace = line.workspace, before }: Look,
): Promise<void> {
  switch (rollout.stage) {
    case 'queued':
      return startRollout(workspace, rollout);
    case 'running':
      before?.();
      return advanceRollout(workspace, rollout);
    case 'ended':
      return settleRollout(workspace, rollout);
  }
}

/** 1,000 units per arm in every step, with these errors. */
export function countErrors(
  line: Line,
  errors: { readonly champion: number; readonly canary: number },
): void {
  if (line.traffic.applied.at(-1)?.plan.canary === undefined) return;
  line.traffic.setCounts('credit', {
    champion: { units: 1000, errors: errors.champion, slow: 0 },
    canary: { units: 1000, errors: errors.canary, slow: 0 },
  });
}
