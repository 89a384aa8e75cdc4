/** Keeps a server at what the tags of a repository say: looks, remembers what it could not serve and why, and says so once. */

import {
  type Behind,
  type MadePlan,
  type ProductionPorts,
  type ServedProduction,
  serveProduction,
} from '#core/flows/serve-production.ts';
import { MergewayError } from '#core/errors.ts';
import { errorText, type Log } from './log.ts';

export interface Follower {
  /** Looks once, or waits for the look in progress. Never fails: what went wrong is behind. */
  look(): Promise<void>;
  /** What the tags want and this server does not do, as of the last look. */
  behind(): readonly Behind[];
  /** From now on nothing moves any more; ends when what is moving has moved. A look in progress may still read. */
  end(): Promise<void>;
}

/** Longer reasons help nobody, and may quote a hostile tag. */
const LONGEST_REASON = 500;

export function followProduction(ports: ProductionPorts, log: Log): Follower {
  const { server } = ports;
  const made = new Map<string, MadePlan>();
  const serving = new Map<string, string>();
  let behind: readonly Behind[] = [];
  let looking: Promise<void> | undefined;
  let applying: Promise<unknown> = Promise.resolve();
  let ended = false;

  const guarded: ProductionPorts = {
    ...ports,
    server: {
      planned: () => server.planned(),
      expect: (model) => server.expect(model),
      apply: (model, plan) => unlessEnded(() => server.apply(model, plan)),
      succeed: (model, plan) => unlessEnded(() => server.succeed(model, plan)),
    },
  };

  async function unlessEnded(apply: () => Promise<void>): Promise<void> {
    if (ended) throw new MergewayError('MW_TRAFFIC_REFUSED', 'this server shuts down');
    const applied = apply();
    applying = applied.catch(() => undefined);
    await applied;
  }

  async function once(): Promise<void> {
    try {
      const look = await serveProduction(guarded, made);
      for (const one of look.served) tellServed(one);
      tellBehind(look.behind);
    } catch (error) {
      const code = error instanceof MergewayError ? error.code : 'MW_SYSTEM';
      tellBehind([{ code, reason: errorText(error) }]);
    }
  }

  function tellServed({ model, version, commit, byHand }: ServedProduction): void {
    const what = `${version} ${commit}`;
    if (serving.get(model) === what) return;
    serving.set(model, what);
    log('info', 'serving what the tags say', { model, version, commit, byHand });
  }

  /** A reason that stays is said once. */
  function tellBehind(found: readonly Behind[]): void {
    if (ended) return;
    const told = new Set(behind.map(spell));
    behind = found.map((one) => ({ ...one, reason: one.reason.slice(0, LONGEST_REASON) }));
    for (const one of behind) {
      if (one.model !== undefined) serving.delete(one.model);
      if (!told.has(spell(one))) {
        log('error', 'what the tags say is not served; what serves now goes on', { ...one });
      }
    }
  }

  return {
    look() {
      looking ??= once().finally(() => {
        looking = undefined;
      });
      return looking;
    },
    behind: () => behind,
    async end() {
      ended = true;
      await applying;
    },
  };
}

function spell({ model, version, code, reason }: Behind): string {
  return [model, version, code, reason].join('\n');
}
