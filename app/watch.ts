/**
 * Watching models in production: a round looks at every model of every known repository that has a `monitor`, and at every retraining
 * that is open. What is due is decided by what is stored, so rounds may come late, twice or not at all.
 */

import { isRefusal } from '#core/flows/checks.ts';
import { followRetraining } from '#core/flows/follow-retraining.ts';
import { modelNames, readModel } from '#core/flows/policy.ts';
import { watchModel } from '#core/flows/watch-model.ts';
import type { Workspace } from '#core/flows/workspace.ts';
import type { KnownRepository, Store } from '#core/ports/store.ts';
import { type Log, sentence } from './log.ts';
import { loop } from './loop.ts';
import type { OpenWorkspace } from './workspaces.ts';

export interface WatcherParts {
  readonly store: Store;
  readonly open: OpenWorkspace;
  readonly log: Log;
  /** Pause between two rounds, ms. */
  readonly everyMs: number;
}

export interface Watcher {
  /** One look at everything. */
  round(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

/** Trouble of one model is logged and stays its own. */
export function modelWatcher(parts: WatcherParts): Watcher {
  const { store, open, log, everyMs } = parts;
  const stopped = new AbortController();
  const monitored = new MonitoredModels();
  let looping: Promise<void> = Promise.resolve();

  async function round(): Promise<void> {
    for (const repository of await store.repositories.all()) {
      if (stopped.signal.aborted) return;
      await told(log, { repository: repository.name }, () => watchRepository(repository));
    }
  }

  async function watchRepository(repository: KnownRepository): Promise<void> {
    const workspace = await open(repository);
    await followAll(workspace);
    if (!workspace.windows && !workspace.data) return;
    const { commit, models } = await monitored.of(workspace);
    for (const model of models) {
      if (stopped.signal.aborted) return;
      await told(log, { repository: repository.name, model }, () => watchModel(workspace, { model, commit }));
    }
  }

  async function followAll(workspace: Workspace): Promise<void> {
    const { repository } = workspace.forge;
    const unended = await store.retrainings.open();
    for (const retraining of unended.filter((one) => one.repository === repository)) {
      if (stopped.signal.aborted) return;
      await told(log, { repository, model: retraining.model }, () => followRetraining(workspace, retraining));
    }
  }

  return {
    round,
    start() {
      const failure = 'watching round failed';
      looping = loop(round, { everyMs, signal: stopped.signal, log, failure, overlap: false });
    },
    async stop() {
      stopped.abort();
      await looping;
    },
  };
}

async function told(
  log: Log,
  where: { readonly repository: string; readonly model?: string },
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.warn('not watched', { ...where, reason: sentence(error) });
  }
}

/** Which models have a `monitor` on the default branch; a commit's files never change, so it is read once. */
class MonitoredModels {
  readonly #known = new Map<string, { readonly commit: string; readonly models: readonly string[] }>();

  async of({
    forge,
    source,
  }: Workspace): Promise<{ readonly commit: string; readonly models: readonly string[] }> {
    const commit = (await source.resolve(await forge.defaultBranch())) ?? '';
    const known = this.#known.get(forge.repository);
    if (known?.commit === commit) return known;
    const found = { commit, models: commit === '' ? [] : await monitoredAt(source, commit) };
    this.#known.set(forge.repository, found);
    return found;
  }
}

async function monitoredAt(source: Workspace['source'], commit: string): Promise<readonly string[]> {
  const monitored: string[] = [];
  for (const model of await modelNames(source, commit)) {
    if (await isMonitored(source, commit, model)) monitored.push(model);
  }
  return monitored;
}

/** One whose configuration can't be read is looked at too: the look says why, and costs the others nothing. */
async function isMonitored(source: Workspace['source'], commit: string, model: string): Promise<boolean> {
  try {
    return (await readModel(source, commit, model))?.monitor !== undefined;
  } catch (error) {
    if (isRefusal(error)) return true;
    throw error;
  }
}
