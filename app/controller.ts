/**
 * The rollout controller: two loops over what the database says is open. One drives traffic and renews leases, and
 * never waits for GitHub; the other starts what is queued, tells GitHub of each step, and does what follows an end.
 * After a crash both go on from the rows.
 */

import { advanceRollout } from '#core/flows/advance-rollout.ts';
import { settleRollout } from '#core/flows/settle-rollout.ts';
import { startRollout } from '#core/flows/start-rollout.ts';
import { tellRollout } from '#core/flows/tell-rollout.ts';
import type { Workspace } from '#core/flows/workspace.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Rollout, Store } from '#core/ports/store.ts';
import type { Traffic } from '#core/ports/traffic.ts';
import { type Log, sentence } from './log.ts';
import { loop } from './loop.ts';
import type { OpenWorkspace } from './workspaces.ts';

/** After a failure a rollout's follow-up waits 1 s, 2 s, 4 s … and at most this. */
const LONGEST_PAUSE_MS = 60_000;

export interface ControllerParts {
  readonly store: Store;
  readonly open: OpenWorkspace;
  /** The serving target at this base URL. */
  readonly traffic: (url: string) => Traffic;
  readonly clock: Clock;
  readonly log: Log;
  /** Pause between two looks, ms; at most a quarter of the lease. */
  readonly everyMs: number;
}

export interface Controller {
  /** One look at the traffic of every running rollout. */
  drive(): Promise<void>;
  /** One round of what has to do with GitHub. */
  follow(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export function rolloutController(parts: ControllerParts): Controller {
  const { store, log, everyMs } = parts;
  const pauses = new Pauses(parts.clock);
  const stopped = new AbortController();
  const loops: Promise<void>[] = [];
  const busy = new Set<string>();

  /** A target that takes its time, loading a model say, must not cost the others their leases: each is looked at alone. */
  async function drive(): Promise<void> {
    const open = await store.rollouts.open();
    const idle = open.filter(({ stage, id }) => stage === 'running' && !busy.has(id));
    await Promise.all(
      idle.map(async (rollout) => {
        busy.add(rollout.id);
        await told(log, 'rollout not advanced', rollout, () => advanceRollout(parts, rollout));
        busy.delete(rollout.id);
      }),
    );
  }

  async function follow(): Promise<void> {
    for (const rollout of firstOfEachModel(await store.rollouts.open())) {
      if (!pauses.isOver(rollout.id)) continue;
      const went = await told(log, 'rollout waits', rollout, async () =>
        followUp(await workspaceOf(parts, rollout), rollout),
      );
      pauses.note(rollout.id, went);
    }
  }

  return {
    drive,
    follow,
    start() {
      const options = { everyMs, signal: stopped.signal, log, failure: 'controller round failed' };
      loops.push(loop(drive, { ...options, overlap: true }));
      loops.push(loop(follow, { ...options, overlap: false }));
    },
    async stop() {
      stopped.abort();
      await Promise.all(loops);
    },
  };
}

/** One rollout per model at a time: whatever is behind the oldest open one waits for it. */
function firstOfEachModel(open: readonly Rollout[]): readonly Rollout[] {
  const first = new Map<string, Rollout>();
  for (const rollout of open) {
    const key = `${rollout.repository} ${rollout.model}`;
    if (!first.has(key)) first.set(key, rollout);
  }
  return [...first.values()];
}

async function followUp(workspace: Workspace, rollout: Rollout): Promise<void> {
  switch (rollout.stage) {
    case 'queued':
      return startRollout(workspace, rollout);
    case 'running':
      return tellRollout(workspace, rollout);
    case 'ended':
      return settleRollout(workspace, rollout);
  }
}

async function workspaceOf({ store, open }: ControllerParts, { repository }: Rollout): Promise<Workspace> {
  const known = (await store.repositories.all()).find(({ name }) => name === repository);
  if (!known) throw new Error(`${repository} is not known any more`);
  return open(known);
}

/** Trouble of one rollout is logged and stays its own. */
async function told(
  log: Log,
  message: string,
  rollout: Rollout,
  work: () => Promise<void>,
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    log.warn(message, { rollout: rollout.id, reason: sentence(error) });
    return false;
  }
}

/** When each rollout may be tried again. */
class Pauses {
  readonly #clock: Clock;
  readonly #failures = new Map<string, { readonly count: number; readonly until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  isOver(id: string): boolean {
    return (this.#failures.get(id)?.until ?? 0) <= this.#clock.now();
  }

  note(id: string, went: boolean): void {
    if (went) {
      this.#failures.delete(id);
      return;
    }
    const count = (this.#failures.get(id)?.count ?? 0) + 1;
    const pause = Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** (count - 1));
    this.#failures.set(id, { count, until: this.#clock.now() + pause });
  }
}
