// The runner of a stand-in. Routes reach it here, so that the state itself needs to know nothing of runners.
import type { Hub } from './hub.ts';
import type { Runner } from './runner/runs.ts';

const runners = new WeakMap<Hub, Runner>();

export function setRunner(hub: Hub, runner: Runner): void {
  runners.set(hub, runner);
}

export function runnerOf(hub: Hub): Runner {
  const runner = runners.get(hub);
  if (!runner) throw new Error('this stand-in has no runner');
  return runner;
}
