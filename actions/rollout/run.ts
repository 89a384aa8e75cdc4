/** Simulation as a command. */

import type { Io, Outcome } from '#actions/command.ts';
import { readSource } from '#actions/files.ts';
import { parseModelConfig } from '#core/config/load.ts';
import { MergewayError } from '#core/errors.ts';
import type { Json } from '#core/json.ts';
import type { SimulateOptions } from './command.ts';
import { describeSimulation, simulateRollout } from './simulate.ts';

/** Progress is said this many times. */
const STEPS = 10;

/** Runs `mergeway rollout simulate`. */
export async function run({ plan, rates, perSecond, runs, seed }: SimulateOptions, io: Io): Promise<Outcome> {
  const { name, rollout } = parseModelConfig(await readSource(io.cwd, plan));
  if (!rollout) throw new MergewayError('MW_CONFIG_INVALID', `${plan}:1 rollout: there is none to simulate`);

  const count = numberOf('--runs', runs);
  const result = simulateRollout(
    {
      model: name,
      config: rollout,
      rates: ratesOf(rates),
      perSecond: numberOf('--per-second', perSecond),
      runs: count,
      seed,
    },
    (done) => {
      if (done % Math.ceil((2 * count) / STEPS) === 0)
        io.progress.say(`played ${done} of ${2 * count} rollouts`);
    },
  );
  return { exit: 0, json: result as unknown as Json, text: describeSimulation(result) };
}

function ratesOf(text: string): { readonly champion: number; readonly canary: number } {
  const pairs = new Map(
    text.split(',').map((pair): [string, string] => {
      const [arm = '', rate = ''] = pair.split('=');
      return [arm.trim(), rate];
    }),
  );
  const [champion, canary] = [pairs.get('champion'), pairs.get('canary')];
  if (champion === undefined || canary === undefined || pairs.size !== 2) {
    throw new MergewayError(
      'MW_USAGE',
      `--rates takes champion=<share>,canary=<share>, got ${JSON.stringify(text)}`,
    );
  }
  return { champion: numberOf('--rates', champion), canary: numberOf('--rates', canary) };
}

function numberOf(option: string, text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number)) return number;
  throw new MergewayError('MW_USAGE', `${option} takes a number, got ${JSON.stringify(text)}`);
}
