/** Gathers what the store knows of a model's way round. */

import type { Store } from '#core/ports/store.ts';
import type { Round } from './circle.ts';
import type { ModelView } from './models.ts';

export async function roundOf(
  store: Store,
  {
    repository,
    view,
    now,
    newest,
  }: {
    readonly repository: string;
    readonly view: ModelView;
    readonly now: number;
    /** How many windows and retrainings. */
    readonly newest: number;
  },
): Promise<Round> {
  const { model, versions } = view;
  const [windows, alarm, retrainings, rollouts] = await Promise.all([
    store.monitors.of(repository, model, newest),
    store.monitors.alarm(repository, model),
    store.retrainings.of(repository, model, newest),
    store.rollouts.of(repository, model),
  ]);
  const head = retrainings[0]?.head;
  const evaluations = head ? await store.evaluations.of(repository, head) : [];
  return {
    repository,
    model,
    production: versions.find(({ stage }) => stage === 'production'),
    windows,
    alarm,
    retrainings,
    evaluation: evaluations.find((one) => one.model === model),
    rollout: rollouts[0],
    now,
  };
}
