/** `mergeway data advance`: the flow's new texts over the locks of the checkout. */

import type { Io, Outcome } from '#actions/command.ts';
import { readModelConfig } from '#actions/model.ts';
import { advanceData } from '#core/flows/advance-data.ts';
import type { AdvanceOptions } from './command.ts';
import { describeAdvance, exitOf, jsonOf } from './describe.ts';
import { writeLocks } from './locks.ts';
import { nowOf, portsOf } from './ports.ts';

/** Runs `mergeway data advance`. */
export async function run(options: AdvanceOptions, io: Io): Promise<Outcome> {
  const config = await readModelConfig(io.cwd, options.model);
  const result = await advanceData(portsOf(options, io), {
    config,
    now: nowOf(options, io),
    target: options.latest ? 'latest' : 'next',
    mode: options.dryRun ? 'try' : 'keep',
  });
  if (result.status === 'advanced' && !options.dryRun) await writeLocks(io.cwd, result.locks);
  const tried = options.dryRun ? 'tried only, nothing is changed; ' : '';
  return {
    exit: exitOf(result),
    json: { model: config.name, ...jsonOf(result), dryRun: options.dryRun },
    text: `${tried}${describeAdvance(result)}`,
  };
}
