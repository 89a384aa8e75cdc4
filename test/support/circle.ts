/**
 * The whole circle in memory: a model in production whose predictions are logged, an App that watches it, and the world around it, which
 * is GitHub with its runners, reviewers and serving target. Tests say what is true of the model and let time pass.
 */

import { lockDigest } from '#core/config/lock.ts';
import { digestOf } from '#core/digest.ts';
import type { MonitorCheck, MonitorPredicate } from '#core/evidence/monitor.ts';
import { announcePullRequest } from '#core/flows/announce-pull-request.ts';
import { collectEvaluation } from '#core/flows/collect-evaluation.ts';
import { collectTraining } from '#core/flows/collect-training.ts';
import { followPullRequest, followRetraining } from '#core/flows/follow-retraining.ts';
import { readDataLock } from '#core/flows/policy.ts';
import { queueMerge } from '#core/flows/queue-merge.ts';
import { watchModel } from '#core/flows/watch-model.ts';
import type { Workspace } from '#core/flows/workspace.ts';
import { instantText, intervalName } from '#core/intervals/instant.ts';
import { latestComplete, scheduleOf } from '#core/intervals/schedule.ts';
import type { DataIntervals } from '#core/ports/data-intervals.ts';
import type { PullRequest } from '#core/ports/forge.ts';
import type { LiveWindows, WindowRequest } from '#core/ports/live-windows.ts';
import type { Store } from '#core/ports/store.ts';
import { takingTurns } from '#core/turns.ts';
import { countErrors, lookOnce, mergeProven, runToEnd } from './controller.ts';
import { Crash, type Crashing } from './crash.ts';
import { baseFiles, type Line, memoryLine, modelYaml, onnxNamed } from './line.ts';

const DAILY = scheduleOf({ every: '1d', timezone: 'UTC' });
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** The champion is in production from here on. */
export const START = Date.UTC(2026, 0, 1);

/** What is true of the world; tests change it. */
export interface Truth {
  /** Whether a version's labels in the window show it beyond its limit. */
  isBad: (version: string, from: number) => boolean;
  /** Whether new data keeps its contract. */
  dataFits: boolean;
  /** How long after its end a day's data is there, ms. */
  dataLag: number;
  /** ROC AUC of the next candidate; the gate asks for .75. */
  rocAuc: number;
  trains: boolean;
}

export interface Circle extends Line {
  readonly truth: Truth;
  /** Sets the clock to so many days after the start, and an hour of that day. */
  at(day: number, hour?: number): void;
  /** One look of the App at its model. */
  tick(): Promise<void>;
  /** Everything that GitHub, its runners and the serving target do by themselves, until nothing more happens. */
  settle(): Promise<void>;
  /** The pull requests of our own, oldest first. */
  ours(): readonly PullRequest[];
  /** A workspace of an App that has just started. */
  started(): Workspace;
}

export interface CircleOptions {
  readonly retrain?: string;
  readonly store?: Store;
  readonly crash?: Crashing;
}

export function circleYaml(retrain: string): string {
  return `${modelYaml()}intervals: {every: 1d, timezone: UTC}
monitor:
  drift: {}
  performance: [{metric: log_loss, max: 0.5, labels: {within: 6h}}]
  retrain: ${retrain}
`;
}

export const AUTO = '{when: [performance], cooldown: 24h, at-most: 3/week, auto-merge: true, approvals: 0}';

export async function circle({ retrain = AUTO, store, crash }: CircleOptions = {}): Promise<Circle> {
  const line = memoryLine(baseFiles({ 'models/credit/model.yaml': circleYaml(retrain) }), store);
  await crown(line);
  const truth: Truth = { isBad: () => false, dataFits: true, dataLag: 0, rocAuc: 0.8, trains: true };
  const done = new Set(line.forge.dispatches.map(({ runId }) => `evaluation ${runId}`));
  const workspace: Workspace = {
    ...line.workspace,
    windows: windowsOf(line.workspace, truth),
    data: dataOf(line.workspace, truth),
  };
  const started = () => {
    const fresh = { ...workspace, turns: takingTurns() };
    return crash ? crash.around(fresh) : fresh;
  };
  let running = started();

  return {
    ...line,
    workspace,
    truth,
    started,
    at: (day, hour = 0) => line.clock.set(START + day * DAY + hour * HOUR),
    tick: () => surviving(() => look(line, running)),
    settle,
    ours,
  };

  function ours(): readonly PullRequest[] {
    return line.forge.pullRequests().filter(({ author }) => author === 'mergeway[bot]');
  }

  /** A crash ends the App; the next one begins with what is stored, and is told again. */
  async function surviving(work: () => Promise<void>): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof Crash) || attempt > 3) throw error;
        running = started();
      }
    }
  }

  async function once(key: string, work: () => Promise<void>): Promise<boolean> {
    if (done.has(key)) return false;
    await surviving(work);
    done.add(key);
    return true;
  }

  async function settle(): Promise<void> {
    for (let rounds = 0; rounds < 1000; rounds++) {
      if (!(await happen())) return;
    }
    throw new Error('the world does not come to rest');
  }

  /** The next thing that happens; whether anything did. */
  async function happen(): Promise<boolean> {
    for (const pullRequest of ours()) if (await happenTo(pullRequest)) return true;
    for (const { runId, inputs } of line.forge.dispatches) {
      if (await once(`evaluation ${runId}`, () => evaluate(runId, inputs))) return true;
    }
    if ((await line.workspace.store.rollouts.open()).length === 0) return false;
    await surviving(drive);
    line.clock.advance(1000);
    return true;
  }

  async function drive(): Promise<void> {
    const [rollout] = await line.workspace.store.rollouts.open();
    const before = () => countErrors(line, { champion: 0, canary: 0 });
    if (rollout) await lookOnce(line, rollout, { workspace: running, before });
  }

  async function happenTo({ number, head, state, merged }: PullRequest): Promise<boolean> {
    if (await once(`opened ${number}`, () => announcePullRequest(running, number))) return true;
    if (state === 'open') {
      if (await once(`trained ${head.sha}`, () => train(head.sha))) return true;
      return false;
    }
    if (await once(`closed ${number}`, () => followPullRequest(running, number))) return true;
    if (!merged) return false;
    return once(`merged ${number}`, () => queueMerge(running, { number, actor: 'mergeway[bot]' }));
  }

  async function train(headSha: string): Promise<void> {
    const run = await line.trained({
      onnx: onnxNamed(headSha.slice(0, 12)),
      run: { headSha, ...(!truth.trains && { conclusion: 'failure' }) },
    });
    await collectTraining(running, run);
  }

  /** As the workflow does: the holdout is the default branch's, unless another commit is named. */
  async function evaluate(runId: number, inputs: Readonly<Record<string, string>>): Promise<void> {
    const commit = inputs.holdout || ((await line.source.resolve('main')) ?? '');
    const lock = await readDataLock(line.source, commit, 'data/holdout.lock');
    if (!lock) throw new Error('no holdout');
    const holdout = { digest: lockDigest(lock), uri: lock.uri, rows: 1000 };
    const profile = { predicate: { data: holdout } };
    await line.evaluated({ runId, rocAuc: truth.rocAuc, predicate: { holdout }, profile });
    await collectEvaluation(running, runId);
  }
}

/** The first version takes production, before anything is watched. */
async function crown(line: Line): Promise<void> {
  await mergeProven(line, 'first');
  await runToEnd(line);
}

/** What `app/watch.ts` does in a round. */
export async function look(line: Line, workspace: Workspace): Promise<void> {
  for (const retraining of await workspace.store.retrainings.open()) {
    await followRetraining(workspace, retraining);
  }
  const commit = (await line.source.resolve('main')) ?? '';
  await watchModel(workspace, { model: 'credit', commit });
}

/** Predictions come all the time, each version's from when it was registered. */
export function windowsOf(
  { registry, clock }: Pick<Workspace, 'registry' | 'clock'>,
  truth: Pick<Truth, 'isBad'>,
): LiveWindows {
  return {
    async reach({ model, version }) {
      const { versions } = await registry.state(model);
      const first = versions.find((one) => one.version === version)?.at;
      return { first, newest: clock.now(), written: clock.now() };
    },
    counts: async () => ({ rows: 1000, labelled: 900 }),
    sources: async () => undefined,
    measure: async (request) => measured(request, truth),
  };
}

function measured(
  { champion, window, policy, labelsDue }: WindowRequest,
  truth: Pick<Truth, 'isBad'>,
): MonitorPredicate {
  const isBad = truth.isBad(champion.version, window.from);
  const performance = check('performance', isBad ? 'fail' : 'pass');
  return {
    mergeway: '0.1.0',
    model: 'credit',
    version: champion.version,
    window: { from: instantText(window.from), to: instantText(window.to) },
    reference: digestOf('profile'),
    policy,
    rows: 1000,
    labelled: 900,
    missing: 0,
    verdict: labelsDue && isBad ? 'fail' : 'pass',
    falseAlarms: 0.1,
    checks: [check('drift', 'pass'), ...(labelsDue ? [performance] : [])],
  };
}

export function check(kind: MonitorCheck['kind'], verdict: MonitorCheck['verdict']): MonitorCheck {
  return {
    kind,
    subject: kind === 'performance' ? 'log_loss' : 'income',
    measure: kind === 'performance' ? 'log_loss' : 'psi_deciles',
    verdict,
    reason: `${kind} is ${verdict}`,
    statistic: verdict === 'fail' ? 0.7 : 0.4,
    low: null,
    high: null,
    threshold: 0.5,
    pValue: null,
    reference: 0.38,
    alarm: true,
  };
}

/** Data is complete when its day is over. */
export function dataOf(
  { source, clock }: Pick<Workspace, 'source' | 'clock'>,
  truth: Pick<Truth, 'dataFits' | 'dataLag'>,
): DataIntervals {
  return {
    async newest({ commit }) {
      const lock = await readDataLock(source, commit, 'data/holdout.lock');
      const held = lock?.interval ? Date.parse(lock.interval.to) : START;
      const interval = latestComplete(DAILY, { until: clock.now() - truth.dataLag });
      if (interval.from >= held) return { status: 'due', interval };
      return { status: 'not-due', reason: 'the next day is not over' };
    },
    async advance({ interval }) {
      const text = instantText(interval.from);
      if (!truth.dataFits) return { status: 'refused', reason: `rows of ${text} break the contract` };
      const lock = (uri: string, from: string, to: string) =>
        `uri: ${uri}\nsha256: ${digestOf(`${uri} ${intervalName(interval)}`).slice(7)}\nrows: 1000\ninterval: {from: "${from}", to: "${to}"}\n`;
      return {
        status: 'advanced',
        locks: {
          'data/train.lock': lock('training:train.parquet', instantText(START), text),
          'data/holdout.lock': lock('store:holdout.parquet', text, instantText(interval.to)),
        },
      };
    },
  };
}

/** ROC AUC of the candidates of the first days. */
export const FAILS_THEN_PASSES: readonly number[] = [0.6, 0.8];

/** Three days of a model that got worse, with a look twice at each of two hours; what is there in the end. */
export async function story(rocAuc: readonly number[], options: CircleOptions): Promise<object> {
  const world = await circle(options);
  world.truth.isBad = (version) => version === 'v0.0.1';
  for (let day = 1; day <= 3; day++) {
    world.truth.rocAuc = rocAuc[day - 1] ?? 0.8;
    for (const hour of [1, 7]) {
      world.at(day, hour);
      await world.tick();
      await world.settle();
      await world.tick();
    }
  }
  return endOf(world);
}

/** What is there in the end, for comparing two lives of an App. */
export async function endOf({ workspace, forge, source, ours }: Circle) {
  const { store, registry } = workspace;
  const { repository } = forge;
  const { stages, versions } = await registry.state('credit');
  const retrainings = await store.retrainings.of(repository, 'credit', 1000);
  const branches = await Promise.all(retrainings.map(({ branch }) => source.resolve(branch)));
  const alarm = await store.monitors.alarm(repository, 'credit');
  return {
    windows: (await store.monitors.of(repository, 'credit', 1000)).map(({ from, labelsDue, result }) => [
      instantText(from),
      labelsDue,
      result.version,
      result.verdict,
    ]),
    retrainings: retrainings.map(({ id, state, failedGates }) => [id, state, failedGates]),
    pulls: ours().map(({ head, state, merged }) => [head.ref, state, merged]),
    branches: branches.filter((tip) => tip !== undefined).length,
    issues: forge.issues.map(({ title, state }) => [title, state]),
    alarm: alarm && [alarm.state, alarm.kinds],
    comments: forge.comments
      .map(({ number, body }) => `${number} ${body.match(/<!-- mergeway:[\w-]+/)?.[0]}`)
      .filter((comment) => /retraining-end|over/.test(comment)),
    versions: versions.map(({ version }) => version),
    production: stages.production?.version,
  };
}
