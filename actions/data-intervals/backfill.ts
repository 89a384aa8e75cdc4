/** `mergeway data backfill`: history. Every complete interval of a range gets a folder with its locks; those of the checkout stay. */

import { join, resolve } from 'node:path';
import type { Io, Outcome } from '#actions/command.ts';
import { readModelConfig } from '#actions/model.ts';
import { MergewayError } from '#core/errors.ts';
import { type Advance, advanceData } from '#core/flows/advance-data.ts';
import { intervalsOf } from '#core/intervals/due.ts';
import { intervalName, intervalText } from '#core/intervals/instant.ts';
import { completeIntervals, type Interval } from '#core/intervals/schedule.ts';
import { counted } from '#core/plural.ts';
import type { BackfillOptions } from './command.ts';
import { describeAdvance, exitOf, jsonOf } from './describe.ts';
import { writeLocks } from './locks.ts';
import { instantOf, nowOf, portsOf } from './ports.ts';

/** More intervals than this are a mistake in the range. */
const MOST_INTERVALS = 10_000;

/** Runs `mergeway data backfill`. */
export async function run(options: BackfillOptions, io: Io): Promise<Outcome> {
  const config = await readModelConfig(io.cwd, options.model);
  const now = nowOf(options, io);
  const { schedule, settleMs } = intervalsOf(config);
  const span = { after: instantOf('--from', options.from), until: instantOf('--to', options.to) };
  if (span.after >= span.until) throw new MergewayError('MW_USAGE', '--from is not before --to');

  const ports = portsOf(options, io);
  const results: Advance[] = [];
  for (const interval of completeIntervals(schedule, span)) {
    if (results.length === MOST_INTERVALS) throw tooMany(options);
    if (interval.to + settleMs > now) break;
    io.progress.say(intervalText(interval));
    const result = await advanceData(ports, { config, now, target: interval });
    results.push(result);
    if (result.status === 'advanced') await writeLocks(folderOf(options, io, interval), result.locks);
  }
  return outcomeOf(options, config.name, results);
}

function folderOf({ out }: BackfillOptions, { cwd }: Io, interval: Interval): string {
  return join(resolve(cwd, out), intervalName(interval));
}

function outcomeOf({ out }: BackfillOptions, model: string, results: readonly Advance[]): Outcome {
  // History may begin before the first row and have gaps: such intervals are passed over.
  const exits = results.filter(({ status }) => status !== 'empty').map(exitOf);
  const advanced = results.filter(({ status }) => status === 'advanced');
  const others = results.filter(({ status }) => status !== 'advanced').map(describeAdvance);
  return {
    exit: exits.includes(1) ? 1 : exits.includes(3) ? 3 : 0,
    json: {
      model,
      out,
      intervals: results.map((result) => ({
        ...jsonOf(result),
        ...(result.status === 'advanced' && { folder: join(out, intervalName(result.interval)) }),
      })),
    },
    text: [`${counted(advanced.length, 'interval')} in ${out}`, ...others].join('\n'),
  };
}

function tooMany({ from, to }: BackfillOptions): MergewayError {
  return new MergewayError('MW_USAGE', `${from} to ${to} holds more than ${MOST_INTERVALS} intervals`);
}
