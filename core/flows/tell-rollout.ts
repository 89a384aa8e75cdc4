/** Tells GitHub which step a running rollout is in, once per step. */

import type { Rollout } from '../ports/store.ts';
import type { Workspace } from './workspace.ts';

export async function tellRollout({ forge, store }: Workspace, rollout: Rollout): Promise<void> {
  const { started, state } = rollout;
  if (!started?.plan || state?.phase !== 'running') return;

  const step = started.plan.steps[state.step];
  const text = `${rollout.model} ${started.version}: canary at ${step?.weight ?? 0} %, step ${state.step + 1} of ${started.plan.steps.length}`;
  if (rollout.told === text) return;
  await forge.setDeployment(started.deployment, { state: 'in_progress', description: text });
  await store.rollouts.tell(rollout.id, text);
}
