/**
 * One model in traffic. What requests read is one immutable route; a plan, a lapse or a restart replaces it whole.
 *
 * Order of a change: load, save the plan, switch the route, then let the old versions go when their last request ends.
 * The lease runs on a monotonic clock and is looked at by every request, so no timer can be late.
 */

import type { Digest } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';
import { canonicalJson } from '#core/json.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Random } from '#core/ports/random.ts';
import type { TrafficPlan, TrafficReading } from '#core/ports/traffic.ts';
import { grantLease, type Lease, leaseAt, renewLease } from '#core/rollout/lease.ts';
import { armOf } from '#core/rollout/split.ts';
import { type ArmName, createStepCounters, type Outcome, type StepCounters } from './counters.ts';
import { errorText, type Log } from './log.ts';
import type { Prepared } from './prepared.ts';
import type { Loaded, ServedVersion } from './served-version.ts';
import { type Ticket, ticketFor } from './ticket.ts';

type CanaryPlan = NonNullable<TrafficPlan['canary']>;

interface Canary extends ServedVersion {
  readonly plan: CanaryPlan;
}

interface Route {
  readonly champion: ServedVersion;
  readonly canary?: Canary;
}

/** A rollout step that this server has heard of. */
interface Step {
  readonly counters: StepCounters;
  lease: Lease;
}

export interface ServedModelDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** MW_TRAFFIC_REFUSED with the reason when the bytes are not there or can not be loaded. */
  readonly load: (digest: Digest) => Promise<Loaded>;
  /** Reads the settings of a version. MW_TRAFFIC_REFUSED when they are not there or do not fit the model. */
  readonly prepare: (loaded: Loaded, settings: Digest) => Promise<Prepared>;
  /** Feature views of a version that the online store has nothing of. */
  readonly unfilled: (prepared: Prepared) => Promise<readonly string[]>;
  /** Makes the plan survive a crash. */
  readonly save: (plan: TrafficPlan) => Promise<void>;
}

export class ServedModel {
  readonly name: string;
  readonly #deps: ServedModelDeps;
  #route: Route | undefined;
  #plan: TrafficPlan | undefined;
  #step: Step | undefined;
  #awaitsPlan = false;
  /** Everything that is loaded now; what no route uses is unloaded between changes. */
  readonly #loaded = new Map<Digest, Loaded>();
  #changes: Promise<unknown> = Promise.resolve();
  #changing = false;

  constructor(name: string, deps: ServedModelDeps) {
    this.name = name;
    this.#deps = deps;
  }

  /** Puts a model without plan and version into traffic. */
  serveFile(loaded: Loaded): void {
    this.#route = { champion: { loaded } };
  }

  /** Says that the model is to be served, though nobody knows by which plan yet: it is there, and not ready. */
  awaitPlan(): void {
    this.#awaitsPlan = true;
  }

  /** Takes up the last plan after a restart: the champion alone. Its canary, if any, counts as lapsed. */
  async restore(plan: TrafficPlan): Promise<void> {
    const { canary, champion, championVersion } = plan;
    this.#plan = plan;
    if (canary) {
      const lease = { ...grantLease(canary.step, canary.leaseMs, this.#deps.clock.now()), lapsed: true };
      this.#step = { counters: createStepCounters(), lease };
    }
    const restored = await this.#version(championVersion, champion, plan.championSettings);
    this.#route = { champion: restored };
    void this.#tellUnfilled(restored);
  }

  /** Whether nothing was ever served: its first plan is on the way, or was refused. */
  get vacant(): boolean {
    return this.#route === undefined && this.#plan === undefined && !this.#awaitsPlan;
  }

  get ready(): boolean {
    return this.#route !== undefined;
  }

  /** Whether a plan says how it is served; a bare file has none. */
  get planned(): boolean {
    return this.#plan !== undefined;
  }

  /** Versions in traffic, the champion's first. */
  versions(): readonly ServedVersion[] {
    this.tick();
    const { champion, canary } = this.#route ?? {};
    return [champion, canary].filter((version) => version !== undefined);
  }

  /** The place of a request without a named version; `key` makes the split stable. MW_MODEL_NOT_READY. */
  take(key?: string): Ticket {
    this.tick();
    const route = this.#routed();
    const { champion, canary } = route;
    const step = this.#step;
    if (!canary || !step) return ticketFor(champion, { arm: 'champion', contract: champion });

    const { weight, salt, slowMs } = canary.plan;
    const arm = key === undefined ? this.#toss(weight) : armOf({ salt, key, weight });
    const count = (outcome: Outcome) => step.counters.record(arm, key, outcome);
    return ticketFor(arm === 'canary' ? canary : champion, { arm, contract: champion, slowMs, count });
  }

  /** The place of a request that names its version. MW_MODEL_NOT_SERVED, MW_MODEL_NOT_READY. */
  takeVersion(version: string): Ticket {
    this.#routed();
    const found = this.versions().find((served) => served.version === version);
    if (found) return ticketFor(found, { arm: 'none', contract: found });
    throw new MergewayError('MW_MODEL_NOT_SERVED', `model ${this.name} has no version ${version} in traffic`);
  }

  /** Applies a plan, one at a time. The same plan again changes nothing. MW_TRAFFIC_REFUSED. */
  apply(plan: TrafficPlan): Promise<void> {
    return this.#inTurn(() => this.#change(plan, async () => undefined));
  }

  /** As `apply`, but a champion with features that were never materialised does not replace one that serves. */
  succeed(plan: TrafficPlan): Promise<void> {
    return this.#inTurn(() =>
      this.#change(plan, async (champion) => {
        if (this.#route) await this.#refuseUnfilled(champion);
      }),
    );
  }

  /** Renews the lease of the step; false when it is not under lease any more. */
  renew(step: string, leaseMs: number): boolean {
    this.tick();
    if (!this.#route?.canary || !this.#step) return false;
    const renewed = renewLease(this.#step.lease, { step, ttlMs: leaseMs, now: this.#deps.clock.now() });
    if (renewed) this.#step.lease = renewed;
    return renewed !== undefined;
  }

  read(): TrafficReading {
    this.tick();
    const { champion, canary } = this.#route ?? {};
    const step = this.#step;
    return {
      ...(champion?.loaded.digest ? { champion: champion.loaded.digest } : {}),
      ...(canary ? { canary: canary.plan.digest } : {}),
      ...(step ? { step: step.lease.step } : {}),
      counts: (step?.counters ?? createStepCounters()).read(),
      lapsed: step?.lease.lapsed ?? false,
    };
  }

  /** Outcomes of the step that came after the memory for keys was full. */
  uncounted(): number {
    return this.#step?.counters.uncounted() ?? 0;
  }

  /** Sends a canary home whose lease is over. */
  tick(): void {
    const { canary, champion } = this.#route ?? {};
    const step = this.#step;
    if (!canary || !champion || !step) return;
    step.lease = leaseAt(step.lease, this.#deps.clock.now());
    if (!step.lease.lapsed) return;

    this.#route = { champion };
    this.#unloadUnused();
    this.#deps.log('warn', 'canary lapsed: its lease was not renewed, the champion takes all traffic', {
      model: this.name,
      step: step.lease.step,
    });
  }

  /** Unloads everything once the requests in flight have ended. */
  async close(): Promise<void> {
    await this.#changes;
    this.#route?.champion.loaded.retire();
    this.#route = undefined;
    this.#unloadUnused();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const change = this.#changes.then(work);
    this.#changes = change.catch(() => undefined);
    return change;
  }

  async #change(plan: TrafficPlan, admit: (champion: ServedVersion) => Promise<void>): Promise<void> {
    this.tick();
    if (this.#isInForce(plan)) return;
    this.#refuseReusedStep(plan);
    this.#changing = true;
    try {
      const champion = await this.#version(plan.championVersion, plan.champion, plan.championSettings);
      await admit(champion);
      const { canary } = plan;
      const other = canary && (await this.#version(canary.version, canary.digest, canary.settings));
      if (other) await this.#refuseUnfilled(other);
      await this.#deps.save(plan);
      this.#switch(plan, { champion, canary: other ?? champion });
      void this.#tellUnfilled(champion);
    } finally {
      this.#changing = false;
      this.#unloadUnused();
    }
  }

  #isInForce(plan: TrafficPlan): boolean {
    return this.#route !== undefined && this.#plan !== undefined && samePlan(this.#plan, plan);
  }

  /** Counters of two different experiments must not mix under one step id. */
  #refuseReusedStep(plan: TrafficPlan): void {
    if (!this.#route) return;
    if (!this.#plan) {
      throw new MergewayError('MW_TRAFFIC_REFUSED', `model ${this.name} is served from a file, not by plan`);
    }
    if (!plan.canary || plan.canary.step !== this.#step?.lease.step) return;
    throw new MergewayError(
      'MW_TRAFFIC_REFUSED',
      `step ${plan.canary.step} of ${this.name} exists with another plan; a change needs a new step id`,
    );
  }

  async #version(version: string, digest: Digest, settings: Digest | undefined): Promise<ServedVersion> {
    const loaded = await this.#load(digest);
    if (settings === undefined) return { version, loaded };
    return { version, loaded, prepared: await this.#deps.prepare(loaded, settings) };
  }

  /** Missing features fail no request, so a version without any would look as good as the champion. The way home is never refused. */
  async #refuseUnfilled({ version, prepared }: ServedVersion): Promise<void> {
    const views = prepared ? await this.#deps.unfilled(prepared) : [];
    if (views.length === 0) return;
    throw new MergewayError(
      'MW_TRAFFIC_REFUSED',
      `${this.name} ${version} needs features of ${views.join(', ')}, which were never materialised into this server's online store`,
    );
  }

  /** A champion is served on defaults all the same; a mistyped online store would look like one that works. */
  async #tellUnfilled({ version, prepared }: ServedVersion): Promise<void> {
    const told = { model: this.name, version };
    try {
      const views = prepared ? await this.#deps.unfilled(prepared) : [];
      if (views.length === 0) return;
      this.#deps.log('warn', 'the online store has nothing of features that the champion needs', {
        ...told,
        views: views.join(', '),
      });
    } catch (error) {
      this.#deps.log('warn', 'the online store can not be asked', { ...told, reason: errorText(error) });
    }
  }

  async #load(digest: Digest): Promise<Loaded> {
    const loaded = this.#loaded.get(digest) ?? (await this.#deps.load(digest));
    this.#loaded.set(digest, loaded);
    return loaded;
  }

  /** No await in here: requests see the old route or the new one. */
  #switch(
    plan: TrafficPlan,
    { champion, canary: other }: { readonly champion: ServedVersion; readonly canary: ServedVersion },
  ): void {
    const { canary } = plan;
    this.#plan = plan;
    this.#route = { champion };
    if (canary && canary.step !== this.#step?.lease.step) {
      const lease = grantLease(canary.step, canary.leaseMs, this.#deps.clock.now());
      this.#step = { counters: createStepCounters(), lease };
      this.#route = { champion, canary: { ...other, plan: canary } };
    }
    this.#deps.log('info', 'traffic plan applied', {
      model: this.name,
      champion: plan.championVersion,
      ...(canary ? { canary: canary.version, weight: canary.weight, step: canary.step } : {}),
    });
  }

  /** A change in progress may be about to use what no route uses yet. */
  #unloadUnused(): void {
    if (this.#changing) return;
    const { champion, canary } = this.#route ?? {};
    for (const [digest, loaded] of this.#loaded) {
      if (loaded === champion?.loaded || loaded === canary?.loaded) continue;
      this.#loaded.delete(digest);
      loaded.retire();
    }
  }

  #routed(): Route {
    if (this.#route) return this.#route;
    throw new MergewayError('MW_MODEL_NOT_READY', `model ${this.name} is not loaded`);
  }

  #toss(weight: number): ArmName {
    return this.#deps.random.next() * 100 < weight ? 'canary' : 'champion';
  }
}

function samePlan(one: TrafficPlan, other: TrafficPlan): boolean {
  return canonicalJson({ ...one }) === canonicalJson({ ...other });
}
