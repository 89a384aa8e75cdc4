/** All models of a server, by name; loads versions from the store by digest. */

import type { Digest } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';
import type { FeatureService } from '#core/features/service.ts';
import type { ArtifactStore } from '#core/ports/artifact-store.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { ModelBackend } from '#core/ports/model-backend.ts';
import type { Random } from '#core/ports/random.ts';
import type { TrafficPlan, TrafficReading } from '#core/ports/traffic.ts';
import { parseServingSettings } from '#core/wire/serving-settings.ts';
import type { LookupFactory } from './features/feature-plan.ts';
import { errorText, type Log } from './log.ts';
import { type Prepared, prepare } from './prepared.ts';
import { ServedModel } from './served-model.ts';
import { holdable, type Loaded } from './served-version.ts';
import type { StateFolder } from './state-folder.ts';
import type { Ticket } from './ticket.ts';
import { warmUp } from './warm-up.ts';

export interface HostDeps {
  readonly backend: ModelBackend;
  /** Monotonic, ms. */
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Absent for a server of bare files. */
  readonly store?: ArtifactStore | undefined;
  readonly state?: StateFolder | undefined;
  /** Absent: versions that need features are refused. */
  readonly lookupFor?: LookupFactory | undefined;
  /** Views of a service that the online store has nothing of. */
  readonly unfilled?: ((service: FeatureService) => Promise<readonly string[]>) | undefined;
  /** Hears of a model before it is served for the first time. */
  readonly announce?: ((model: string) => Promise<void>) | undefined;
}

const NOTHING: TrafficReading = {
  counts: { champion: { units: 0, errors: 0, slow: 0 }, canary: { units: 0, errors: 0, slow: 0 } },
  lapsed: false,
};

export class ModelHost {
  readonly #deps: HostDeps;
  readonly #models = new Map<string, ServedModel>();
  #draining = false;

  constructor(deps: HostDeps) {
    this.#deps = deps;
  }

  /** Serves the bytes of a bare file under a name. MW_MODEL_INVALID. */
  async serveFile(name: string, bytes: Uint8Array): Promise<void> {
    const loaded = await this.#loadBytes(bytes);
    await this.#deps.announce?.(name);
    this.#open(name).serveFile(loaded);
  }

  /** Takes up what the state folder remembers. A plan that can't be read, or a champion that can't be loaded, leaves its model not ready. */
  async restore(): Promise<void> {
    for (const [name, plan] of (await this.#deps.state?.plans()) ?? []) {
      try {
        await this.#deps.announce?.(name);
        const model = this.#open(name);
        if (!plan) {
          model.awaitPlan();
          continue;
        }
        await model.restore(plan);
        this.#deps.log('info', 'champion restored', { model: name, version: plan.championVersion });
      } catch (error) {
        this.#deps.log('error', 'champion could not be restored', { model: name, reason: errorText(error) });
      }
    }
  }

  /** MW_MODEL_NOT_SERVED. */
  model(name: string): ServedModel {
    const model = this.#models.get(name);
    if (model && !model.vacant) return model;
    throw new MergewayError(
      'MW_MODEL_NOT_SERVED',
      `no model is called ${JSON.stringify(name.slice(0, 100))}`,
    );
  }

  models(): readonly ServedModel[] {
    return [...this.#models.values()].filter((model) => !model.vacant);
  }

  /** Whether every model is loaded and the server is not shutting down. */
  get ready(): boolean {
    return !this.#draining && this.models().every((model) => model.ready);
  }

  /** Whether the server is shutting down. */
  get draining(): boolean {
    return this.#draining;
  }

  take(
    name: string,
    request: { readonly version?: string | undefined; readonly key?: string | undefined },
  ): Ticket {
    const model = this.model(name);
    return request.version === undefined ? model.take(request.key) : model.takeVersion(request.version);
  }

  /** MW_TRAFFIC_REFUSED; a refused plan changes nothing. */
  async apply(name: string, plan: TrafficPlan): Promise<void> {
    await this.#deps.announce?.(name);
    await this.#opened(name).apply(plan);
  }

  /** As `apply`, but a champion with features that were never materialised does not replace one that serves. MW_TRAFFIC_REFUSED. */
  async succeed(name: string, plan: TrafficPlan): Promise<void> {
    await this.#deps.announce?.(name);
    await this.#opened(name).succeed(plan);
  }

  /** Models that a plan was ever applied of, also in the life before this one. */
  planned(): readonly string[] {
    return [...this.#models.values()].filter((model) => model.planned).map(({ name }) => name);
  }

  /** Says that a model should be served: until its plan comes it is there, and not ready. */
  expect(name: string): void {
    this.#opened(name).awaitPlan();
  }

  renew(name: string, step: string, leaseMs: number): boolean {
    return this.#models.get(name)?.renew(step, leaseMs) ?? false;
  }

  read(name: string): TrafficReading {
    return this.#models.get(name)?.read() ?? NOTHING;
  }

  /** Sends canaries home whose lease is over. */
  tick(): void {
    for (const model of this.#models.values()) model.tick();
  }

  /** From now on the server is not ready; requests in flight still end. */
  drain(): void {
    this.#draining = true;
  }

  async close(): Promise<void> {
    for (const model of this.#models.values()) await model.close();
  }

  #opened(name: string): ServedModel {
    return this.#models.get(name) ?? this.#open(name);
  }

  #open(name: string): ServedModel {
    const model = new ServedModel(name, {
      clock: this.#deps.clock,
      random: this.#deps.random,
      log: this.#deps.log,
      load: (digest) => this.#loadDigest(name, digest),
      prepare: (loaded, settings) => this.#prepare(name, loaded, settings),
      unfilled: async ({ features }) => (features && this.#deps.unfilled?.(features.service)) ?? [],
      save: async (plan) => this.#deps.state?.save(name, plan),
    });
    this.#models.set(name, model);
    return model;
  }

  async #loadDigest(name: string, digest: Digest): Promise<Loaded> {
    try {
      return await this.#loadBytes(await this.#stored(digest), digest);
    } catch (cause) {
      throw new MergewayError('MW_TRAFFIC_REFUSED', `${name} can not serve ${digest}: ${errorText(cause)}`, {
        cause,
      });
    }
  }

  async #prepare(name: string, { model }: Loaded, digest: Digest): Promise<Prepared> {
    try {
      const settings = parseServingSettings(await this.#stored(digest));
      return prepare(model, settings, this.#deps.lookupFor);
    } catch (cause) {
      throw new MergewayError(
        'MW_TRAFFIC_REFUSED',
        `${name} can not be served by settings ${digest}: ${errorText(cause)}`,
        { cause },
      );
    }
  }

  #stored(digest: Digest): Promise<Uint8Array> {
    const { store } = this.#deps;
    if (!store) throw new MergewayError('MW_TRAFFIC_REFUSED', 'this server has no artifact store');
    return store.get(digest);
  }

  async #loadBytes(bytes: Uint8Array, digest?: Digest): Promise<Loaded> {
    const model = await this.#deps.backend.load(bytes, { threads: 1 });
    await warmUp(model);
    const failed = (error: unknown) =>
      this.#deps.log('error', 'a model could not be unloaded', { reason: errorText(error) });
    return holdable(model, digest ? { digest, failed } : { failed });
  }
}
