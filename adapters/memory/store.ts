/** The App's memory without a disk, for tests. Work is done at once, in the order of arrival; failures are tried again. */

import { sealEntry } from '#core/ledger/chain.ts';
import type { LedgerEntry } from '#core/ledger/entry.ts';
import type { Ledger } from '#core/ports/ledger.ts';
import type {
  Alarm,
  Candidate,
  Candidates,
  Evaluation,
  Evaluations,
  FiledDelivery,
  Inbox,
  KnownRepository,
  Monitors,
  MonitorWindow,
  Repositories,
  Retraining,
  Retrainings,
  Rollout,
  RolloutPoint,
  Rollouts,
  Store,
} from '#core/ports/store.ts';

const ATTEMPTS = 3;

export function memoryStore(): Store {
  const ledgers = new Map<string, AdoptingLedger>();
  function ledgerOf(repository: string): AdoptingLedger {
    const ledger = ledgers.get(repository) ?? memoryLedger();
    ledgers.set(repository, ledger);
    return ledger;
  }
  return {
    inbox: memoryInbox(),
    repositories: memoryRepositories(),
    candidates: memoryCandidates(),
    evaluations: memoryEvaluations(),
    rollouts: memoryRollouts(),
    monitors: memoryMonitors(),
    retrainings: memoryRetrainings(),
    ledger: ledgerOf,
    adoptLedger: async (repository, entries) => ledgerOf(repository).adopt(entries),
  };
}

interface AdoptingLedger extends Ledger {
  adopt(entries: readonly LedgerEntry[]): void;
}

function memoryInbox(): Inbox {
  const filed = new Map<string, FiledDelivery>();
  let handle: ((delivery: FiledDelivery) => Promise<void>) | undefined;
  let working: Promise<unknown> = Promise.resolve();

  async function attempt(key: string, work: (delivery: FiledDelivery) => Promise<void>): Promise<void> {
    const delivery = filed.get(key);
    if (delivery?.state !== 'waiting') return;
    try {
      await work(delivery);
      const { error: _, ...rest } = delivery;
      filed.set(key, { ...rest, state: 'done', payload: '' });
    } catch (error) {
      filed.set(key, afterFailure(delivery, error));
      await attempt(key, work);
    }
  }

  function workOnAll(): void {
    const work = handle;
    if (!work) return;
    for (const key of filed.keys()) working = working.then(() => attempt(key, work));
  }

  return {
    async accept(delivery) {
      const key = `${delivery.hook} ${delivery.guid}`;
      const known = filed.get(key);
      if (known && known.state !== 'dead') return false;
      filed.set(key, { ...delivery, state: 'waiting', failures: 0 });
      workOnAll();
      return true;
    },
    async work(handler) {
      handle = handler;
      workOnAll();
    },
    knows: async (guid) => [...filed.values()].some((delivery) => delivery.guid === guid),
    async stop() {
      handle = undefined;
      await working;
    },
    async recover() {
      return 0;
    },
    async recent(limit) {
      return [...filed.values()]
        .sort((a, b) => b.receivedAt - a.receivedAt)
        .slice(0, limit)
        .map((delivery) => ({ ...delivery, payload: '' }));
    },
  };
}

function afterFailure(delivery: FiledDelivery, error: unknown): FiledDelivery {
  const failures = delivery.failures + 1;
  return {
    ...delivery,
    failures,
    error: error instanceof Error ? error.message : String(error),
    state: failures >= ATTEMPTS ? 'dead' : 'waiting',
  };
}

function memoryRepositories(): Repositories {
  const known = new Map<string, KnownRepository>();
  return {
    async seen(repository) {
      known.set(repository.name, repository);
    },
    async all() {
      return [...known.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
}

function memoryCandidates(): Candidates {
  const bindings = new Map<string, Candidate['digest']>();
  const saved = new Map<string, Candidate>();
  return {
    async bind({ repository, model, inputDigest, digest }) {
      const key = `${repository} ${model} ${inputDigest}`;
      const bound = bindings.get(key) ?? digest;
      bindings.set(key, bound);
      return bound;
    },
    async save(candidate) {
      saved.set(`${candidate.repository} ${candidate.headSha} ${candidate.model}`, candidate);
    },
    async of(repository, headSha) {
      return [...saved.values()]
        .filter((candidate) => candidate.repository === repository && candidate.headSha === headSha)
        .sort((a, b) => (a.model < b.model ? -1 : 1));
    },
    async byInput(repository, model, inputDigest) {
      return [...saved.values()]
        .filter(
          (candidate) =>
            candidate.repository === repository &&
            candidate.model === model &&
            candidate.inputDigest === inputDigest,
        )
        .sort((a, b) => b.at - a.at)[0];
    },
  };
}

function memoryEvaluations(): Evaluations {
  const saved = new Map<string, Evaluation>();
  const newestFirst = () => [...saved.values()].sort((a, b) => b.at - a.at || b.run - a.run);
  return {
    async save(evaluation) {
      const key = `${evaluation.repository} ${evaluation.run}`;
      saved.set(key, evaluation);
    },
    async find(repository, run) {
      return saved.get(`${repository} ${run}`);
    },
    async of(repository, headSha) {
      return newestFirst().filter(
        (evaluation) => evaluation.repository === repository && evaluation.headSha === headSha,
      );
    },
    async recent(limit) {
      return newestFirst().slice(0, limit);
    },
  };
}

function memoryRollouts(): Rollouts {
  const saved = new Map<string, Rollout>();
  const charts = new Map<string, RolloutPoint[]>();
  const oldestFirst = () =>
    [...saved.values()].sort((a, b) => a.queuedAt - b.queuedAt || (a.id < b.id ? -1 : 1));

  function change(id: string, changes: Partial<Rollout>): void {
    const rollout = saved.get(id);
    if (rollout) saved.set(id, { ...rollout, ...changes });
  }

  return {
    async queue(rollout) {
      if (!saved.has(rollout.id)) saved.set(rollout.id, rollout);
    },
    find: async (id) => saved.get(id),
    open: async () => oldestFirst().filter(({ settled }) => !settled),
    of: async (repository, model) =>
      oldestFirst()
        .filter((rollout) => rollout.repository === repository && rollout.model === model)
        .reverse(),
    recent: async (limit) => oldestFirst().reverse().slice(0, limit),
    start: async (id, started, state) => change(id, { stage: 'running', started, ...(state && { state }) }),
    saveState: async (id, state) => change(id, { state }),
    requestStop: async (id, stop) => change(id, { stop: saved.get(id)?.stop ?? stop }),
    end: async (id) => change(id, { stage: 'ended' }),
    markApplied: async (id, applied) => change(id, { applied }),
    tell: async (id, told) => change(id, { told }),
    settle: async (id) => change(id, { stage: 'ended', settled: true }),
    async addPoint(id, point) {
      const chart = charts.get(id) ?? [];
      if (!chart.some(({ at }) => at === point.at)) chart.push(point);
      charts.set(id, chart);
    },
    points: async (id) => [...(charts.get(id) ?? [])].sort((a, b) => a.at - b.at),
  };
}

function memoryMonitors(): Monitors {
  const windows = new Map<string, MonitorWindow>();
  const alarms = new Map<string, Alarm>();
  return {
    async save(window) {
      windows.set(`${window.repository} ${window.model} ${window.from}`, window);
    },
    of: async (repository, model, limit) =>
      [...windows.values()]
        .filter((window) => window.repository === repository && window.model === model)
        .sort((a, b) => b.from - a.from)
        .slice(0, limit),
    async saveAlarm(alarm) {
      alarms.set(`${alarm.repository} ${alarm.model}`, alarm);
    },
    alarm: async (repository, model) => alarms.get(`${repository} ${model}`),
    alarms: async (repository) =>
      [...alarms.values()]
        .filter((alarm) => alarm.repository === repository)
        .sort((a, b) => (a.model < b.model ? -1 : 1)),
  };
}

function memoryRetrainings(): Retrainings {
  const saved = new Map<string, Retraining>();
  const keyOf = ({ repository, id }: Retraining) => `${repository} ${id}`;
  const isOpen = ({ state }: Retraining) => state === 'decided' || state === 'open';
  const oldestFirst = () =>
    [...saved.values()].sort((a, b) => a.decidedAt - b.decidedAt || (a.id < b.id ? -1 : 1));
  return {
    async decide(retraining) {
      const { repository, model } = retraining;
      const blocked = oldestFirst().some(
        (other) => isOpen(other) && other.repository === repository && other.model === model,
      );
      if (saved.has(keyOf(retraining)) || (blocked && isOpen(retraining))) return false;
      saved.set(keyOf(retraining), retraining);
      return true;
    },
    async save(retraining) {
      if (saved.has(keyOf(retraining))) saved.set(keyOf(retraining), retraining);
    },
    open: async () => oldestFirst().filter(isOpen),
    of: async (repository, model, limit) =>
      oldestFirst()
        .filter((retraining) => retraining.repository === repository && retraining.model === model)
        .reverse()
        .slice(0, limit),
    byPullRequest: async (repository, pullRequest) =>
      oldestFirst().find(
        (retraining) => retraining.repository === repository && retraining.pullRequest === pullRequest,
      ),
    byHead: async (repository, head) =>
      oldestFirst().find(
        (retraining) => retraining.repository === repository && retraining.head === head && head !== '',
      ),
  };
}

function memoryLedger(): AdoptingLedger {
  const entries: LedgerEntry[] = [];
  return {
    async append(draft) {
      const known = entries.find(({ id }) => id === draft.id);
      if (known) return known;
      const entry = sealEntry(draft, entries.at(-1));
      entries.push(entry);
      return entry;
    },
    entries: async () => [...entries],
    adopt(adopted) {
      if (entries.length === 0) entries.push(...adopted);
    },
  };
}
