/**
 * What the App must not forget, by noun. Embedded: PGlite; later PostgreSQL. Every write is one statement or one
 * transaction, and is there after `kill -9` once its promise resolved. Times are ms since 1970.
 */

import type { Digest } from '../digest.ts';
import type { MonitorPredicate } from '../evidence/monitor.ts';
import type { GateResult } from '../gates/result.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import type { RolloutPlan, RolloutState } from '../rollout/state.ts';
import type { VerdictStatus } from '../verdict.ts';
import type { Ledger } from './ledger.ts';

export interface Store {
  readonly inbox: Inbox;
  readonly repositories: Repositories;
  readonly candidates: Candidates;
  readonly evaluations: Evaluations;
  readonly rollouts: Rollouts;
  readonly monitors: Monitors;
  readonly retrainings: Retrainings;
  /** The ledger of one repository; each has its own hash chain. */
  ledger(repository: string): Ledger;
  /** Takes over the entries of a repository that kept its ledger in tags so far. Nothing happens where there are entries. */
  adoptLedger(repository: string, entries: readonly LedgerEntry[]): Promise<void>;
}

/** A webhook as it was received: verified, not understood. */
export interface Delivery {
  /** Id of the hook; with the GUID it identifies a delivery (GitHub shares GUIDs between hooks). */
  readonly hook: string;
  readonly guid: string;
  readonly event: string;
  /** `owner/name` as the payload says, or '' . Deliveries of one repository are worked one after the other. */
  readonly repository: string;
  /** Raw JSON; empty once the delivery is done. */
  readonly payload: string;
  readonly receivedAt: number;
}

/** `waiting` covers being worked on and waiting for the next attempt; `dead` has run out of attempts. */
export type DeliveryState = 'waiting' | 'done' | 'dead';

export interface FiledDelivery extends Delivery {
  readonly state: DeliveryState;
  /** Attempts that failed. */
  readonly failures: number;
  readonly error?: string;
}

export interface Inbox {
  /** Files the delivery and its job in one transaction. False when it is known already, unless it is dead: telling a dead one again is how people revive it. */
  accept(delivery: Delivery): Promise<boolean>;
  /** Hands every delivery to `handle`, again after failures with growing pauses. Call once. */
  work(handle: (delivery: FiledDelivery) => Promise<void>): Promise<void>;
  /** Whether a delivery of that GUID was accepted, by whichever hook. */
  knows(guid: string): Promise<boolean>;
  /** Stops taking deliveries and waits for those in hand. */
  stop(): Promise<void>;
  /** Gives deliveries that wait without a job a new one; their number. */
  recover(): Promise<number>;
  /** The newest deliveries, without their payloads. */
  recent(limit: number): Promise<readonly FiledDelivery[]>;
}

/** A repository that Mergeway is installed in. */
export interface KnownRepository {
  readonly name: string;
  readonly installation: number;
}

export interface Repositories {
  /** Remembers the repository under its present installation. */
  seen(repository: KnownRepository): Promise<void>;
  all(): Promise<readonly KnownRepository[]>;
}

/** A pull request's head proposes these bytes for a model. */
export interface Candidate {
  readonly repository: string;
  readonly headSha: string;
  readonly model: string;
  readonly pullRequest: number;
  readonly inputDigest: Digest;
  readonly digest: Digest;
  /** Id of the training run whose origin was proven. */
  readonly run: number;
  /** Digest of the training evidence. */
  readonly training: Digest;
  /** Digest of the validation evidence, when the run handed one over. */
  readonly validation?: Digest;
  readonly at: number;
}

export interface Candidates {
  /** Binds an input digest to an artifact. The first binding wins; returns the digest that is bound. */
  bind(binding: {
    readonly repository: string;
    readonly model: string;
    readonly inputDigest: Digest;
    readonly digest: Digest;
    readonly at: number;
  }): Promise<Digest>;
  /** Remembers a candidate; a later one of the same head and model replaces it. */
  save(candidate: Candidate): Promise<void>;
  /** Candidates of a head, by model. */
  of(repository: string, headSha: string): Promise<readonly Candidate[]>;
  /** The newest candidate that has this input digest. */
  byInput(repository: string, model: string, inputDigest: Digest): Promise<Candidate | undefined>;
}

/** One evaluation run that we dispatched, with the inputs it was given. */
export interface Evaluation {
  readonly repository: string;
  /** Run id that our dispatch returned. */
  readonly run: number;
  readonly pullRequest: number;
  readonly headSha: string;
  readonly model: string;
  readonly candidate: Digest;
  readonly champion: { readonly digest: Digest; readonly version: string } | null;
  /** Commit whose holdout lock counts in place of the policy's: a commit of the App's own. */
  readonly holdout?: string;
  /** `superseded`: the champion moved, another run took its place. */
  readonly state: 'running' | 'judged' | 'failed' | 'superseded';
  readonly at: number;
  readonly outcome?: Outcome;
}

/** What came of an evaluation. */
export interface Outcome {
  /** Absent when the run failed or its evidence was refused. */
  readonly evidence?: Digest;
  /** Digest of the candidate's reference profile; absent when the run handed none over. */
  readonly profile?: Digest;
  /** Commit of the base branch whose policy judged. */
  readonly base: string;
  /** `head`: the model is new, and its own policy judged it. */
  readonly policyFrom: 'base' | 'head';
  readonly status: VerdictStatus;
  /** Why there are no results, where there are none. */
  readonly reason: string;
  readonly results: readonly GateResult[];
}

export interface Evaluations {
  save(evaluation: Evaluation): Promise<void>;
  find(repository: string, run: number): Promise<Evaluation | undefined>;
  /** Evaluations of a head, newest first. */
  of(repository: string, headSha: string): Promise<readonly Evaluation[]>;
  /** The newest evaluations. */
  recent(limit: number): Promise<readonly Evaluation[]>;
}

/** A merge on its way to production. `queued` waits for the one before it; `running` shifts traffic; `ended` is over. */
export interface Rollout {
  /** Unique; made from model, merge commit and champion, so that a merge has one rollout however often it is told. */
  readonly id: string;
  readonly repository: string;
  readonly model: string;
  readonly pullRequest: number;
  /** Merge commit. */
  readonly commit: string;
  readonly headSha: string;
  readonly candidate: Digest;
  /** The champion that the candidate was proven against. */
  readonly provenAgainst: Digest | null;
  /** Commit whose policy judged, and whose rollout plan counts. */
  readonly policy: string;
  readonly actor: string;
  readonly evidence: readonly Digest[];
  readonly queuedAt: number;
  readonly stage: 'queued' | 'running' | 'ended';
  /** Set when it starts. */
  readonly started?: StartedRollout;
  /** Set while it runs, and left as it ended. */
  readonly state?: RolloutState;
  /** Somebody asked for the way home; the controller obeys at its next look. */
  readonly stop?: StopRequest;
  /** Id of the step that the serving target was last given. */
  readonly applied: string;
  /** The newest thing that GitHub was told, as a text that only has to differ between things. */
  readonly told: string;
  /** Whether everything that follows from its end was done. */
  readonly settled: boolean;
}

export interface StartedRollout {
  readonly version: string;
  /** Serving settings of the merge commit. */
  readonly settings?: Digest;
  /** Absent when the version goes straight to production. */
  readonly plan?: RolloutPlan;
  /** Absent when the model is served by nobody that Mergeway knows. */
  readonly target?: { readonly name: string; readonly url: string };
  readonly environment: string;
  /** Id of the GitHub deployment. */
  readonly deployment: number;
}

export interface StopRequest {
  /** What makes the request one of its own, so that telling it again stops nothing else. */
  readonly request: string;
  readonly by: string;
  readonly reason: string;
}

/** One point of a rollout's chart. */
export interface RolloutPoint {
  readonly at: number;
  /** Percent of traffic that the canary was to take. */
  readonly weight: number;
  readonly step: number;
  readonly counts: RolloutState['counts'];
  /** ln E of each guard over the whole rollout so far. */
  readonly evidence: Readonly<Record<string, number>>;
}

export interface Rollouts {
  /** Queues a rollout; one that is known already stays as it is. */
  queue(rollout: Rollout): Promise<void>;
  find(id: string): Promise<Rollout | undefined>;
  /** Queued, running, or ended and not settled; oldest first. */
  open(): Promise<readonly Rollout[]>;
  /** All of a repository's model, newest first. */
  of(repository: string, model: string): Promise<readonly Rollout[]>;
  /** The newest rollouts. */
  recent(limit: number): Promise<readonly Rollout[]>;
  start(id: string, started: StartedRollout, state: RolloutState | undefined): Promise<void>;
  saveState(id: string, state: RolloutState): Promise<void>;
  requestStop(id: string, stop: StopRequest): Promise<void>;
  /** Its traffic has come to an end; what follows is still to be done. */
  end(id: string): Promise<void>;
  markApplied(id: string, step: string): Promise<void>;
  tell(id: string, told: string): Promise<void>;
  settle(id: string): Promise<void>;
  addPoint(id: string, point: RolloutPoint): Promise<void>;
  /** Points of the chart, oldest first. */
  points(id: string): Promise<readonly RolloutPoint[]>;
}

/** One window of a model's live predictions, as it was last judged. */
export interface MonitorWindow {
  readonly repository: string;
  readonly model: string;
  /** Event time, ms since 1970; `to` is left out. */
  readonly from: number;
  readonly to: number;
  /** Digest of the stored evidence. */
  readonly evidence: Digest;
  readonly result: MonitorPredicate;
  /** Digest of the `monitor` section that it was judged by: another policy judges the newest windows again. */
  readonly policy: Digest;
  /** Whether its labels were due by then. A window may be judged without them first, and once more with them. */
  readonly labelsDue: boolean;
  /** When it was judged. */
  readonly at: number;
}

/** What goes on with a model's alarm: one issue per model, opened, updated, and closed when it is over. */
export interface Alarm {
  readonly repository: string;
  readonly model: string;
  /** Number of the issue; 0 while it is still to be opened. */
  readonly issue: number;
  readonly state: 'open' | 'closed';
  /** Kinds that alarm now; of one that is over, those that did in the end. None where a person is only needed for a retraining. */
  readonly kinds: readonly MonitorPredicate['checks'][number]['kind'][];
  /** Begin of the first window that alarmed; where none did, since when there is something to tell. */
  readonly since: number;
  /** Begin of the newest window that alarmed; 0 where none did. */
  readonly window: number;
  /** Until then nothing is said and nothing retrained, ms since 1970. */
  readonly snoozedUntil?: number;
  /** What makes the request to be snoozed one of its own, so that telling it again prolongs nothing. */
  readonly snoozedBy?: string;
  /** The newest thing that the issue says, as a text that only has to differ between things. */
  readonly told: string;
}

export interface Monitors {
  /** Files a window's result; a later result of the same window takes its place. */
  save(window: MonitorWindow): Promise<void>;
  /** The newest windows of a model, newest first. */
  of(repository: string, model: string, limit: number): Promise<readonly MonitorWindow[]>;
  saveAlarm(alarm: Alarm): Promise<void>;
  alarm(repository: string, model: string): Promise<Alarm | undefined>;
  /** Every alarm of a repository, closed ones too. */
  alarms(repository: string): Promise<readonly Alarm[]>;
}

/**
 * A retraining that was decided: a pull request of our own. `decided` comes first and is in the database before anything is done, so
 * that a crash leaves neither two nor none.
 */
export interface Retraining {
  /** Made of model and interval, so that one interval has one; a person's request and one in place of a superseded one add to it. */
  readonly id: string;
  readonly repository: string;
  readonly model: string;
  /** Holdout interval, ms since 1970; `to` is left out. Training rows end where it begins. */
  readonly from: number;
  readonly to: number;
  /** What asked for it: kinds of alarms, or `interval`. */
  readonly because: readonly string[];
  /** `given-up`: failed twice for the same cause, nothing follows until a person acts. `superseded`: its base moved away, another may take its interval. */
  readonly state: 'decided' | 'open' | 'merged' | RetrainingEnd;
  /** How it is to end: decided, and perhaps not told yet. */
  readonly ending?: RetrainingEnd;
  readonly branch: string;
  /** Texts of the locks that it commits, by path; none until the data was advanced. */
  readonly locks: Readonly<Record<string, string>>;
  /** Commit on the base branch that it starts from. */
  readonly base: string;
  /** The one commit of ours on top; '' until it is made. */
  readonly head: string;
  /** 0 until it is opened. */
  readonly pullRequest: number;
  readonly decidedAt: number;
  /** Why it ended, or what it waits for; gates that failed, by name. */
  readonly reason: string;
  readonly failedGates: readonly string[];
}

export type RetrainingEnd = 'closed' | 'given-up' | 'superseded';

export interface Retrainings {
  /** Files a decision unless one of its id is there, or one of the model is still open; whether it was filed. */
  decide(retraining: Retraining): Promise<boolean>;
  /** Replaces the record of that id. */
  save(retraining: Retraining): Promise<void>;
  /** Not ended yet, oldest first. */
  open(): Promise<readonly Retraining[]>;
  /** Of a model, newest first. */
  of(repository: string, model: string, limit: number): Promise<readonly Retraining[]>;
  byPullRequest(repository: string, pullRequest: number): Promise<Retraining | undefined>;
  /** The one that made this commit. */
  byHead(repository: string, head: string): Promise<Retraining | undefined>;
}
