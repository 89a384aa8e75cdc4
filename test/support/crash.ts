/** An App that is killed: a workspace whose ports throw once, right after the effect of a chosen number was done. */

import { seededRandom } from '#core/chance.ts';
import type { Workspace } from '#core/flows/workspace.ts';

/** Methods that change something somewhere. */
const EFFECTS: readonly string[] = [
  'advance',
  'append',
  'apply',
  'assign',
  'bind',
  'closePullRequest',
  'commitFiles',
  'createDeployment',
  'decide',
  'deleteBranch',
  'dispatch',
  'end',
  'markApplied',
  'mergePullRequest',
  'openPullRequest',
  'put',
  'queue',
  'register',
  'renew',
  'save',
  'saveAlarm',
  'saveState',
  'setDeployment',
  'settle',
  'start',
  'tell',
  'unassign',
  'upsertCheck',
  'upsertComment',
  'upsertIssue',
];

type Method = (...values: unknown[]) => unknown;

/** What ends an App in the middle of its work. */
export class Crash extends Error {}

export interface Crashing {
  /** Effects so far. */
  readonly effects: number;
  around(workspace: Workspace): Workspace;
}

/** Numbers of effects to be killed after, one of each equal part of the story. */
export function randomPoints(
  seed: string,
  { points, effects }: { readonly points: number; readonly effects: number },
): readonly number[] {
  const random = seededRandom(seed);
  return Array.from({ length: points }, (_, part) => {
    return 1 + Math.floor(((part + random.next()) * effects) / points);
  });
}

/** Throws once, right after the effect of that number was done. */
export function crashing(after: number): Crashing {
  let effects = 0;

  function wrapped<T extends object>(port: T): T {
    return new Proxy(port, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof value === 'function') return wrappedMethod(target, String(key), value as Method);
        return typeof value === 'object' && value !== null ? wrapped(value) : value;
      },
    });
  }

  function wrappedMethod(target: object, name: string, method: Method): Method {
    if (name === 'traffic') return (url) => wrapped(method.call(target, url) as object);
    if (name === 'turns') return method.bind(target);
    if (!EFFECTS.includes(name)) return method.bind(target);
    return async (...values) => {
      const result = await method.apply(target, values);
      effects += 1;
      if (effects === after) throw new Crash(`after ${name}`);
      return result;
    };
  }

  return {
    get effects() {
      return effects;
    },
    around: (workspace) => wrapped(workspace),
  };
}
