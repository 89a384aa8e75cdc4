/** A monitor as a command: profile, policy and files found, windows cut, then the story in core/flows/monitor-window.ts. */

import { resolve } from 'node:path';
import type { Io, Outcome } from '#actions/command.ts';
import { dataFiles } from '#actions/data-files.ts';
import { readBytes, readSource, writeFileWhole } from '#actions/files.ts';
import { readModelConfig } from '#actions/model.ts';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { Duration, durationMs } from '#core/config/duration.ts';
import { parseModelConfig } from '#core/config/load.ts';
import type { ModelConfig } from '#core/config/model.ts';
import { Monitor } from '#core/config/monitor.ts';
import { MergewayError } from '#core/errors.ts';
import { type MonitorPredicate, monitorEvidence } from '#core/evidence/monitor.ts';
import { type ProfilePredicate, profileEvidence } from '#core/evidence/profile.ts';
import {
  MAX_EVIDENCE_BYTES,
  parseEvidence,
  type Statement,
  serialize,
  statement,
  subjectOf,
} from '#core/evidence/statement.ts';
import { describeLog, type LogSpan } from '#core/flows/describe-log.ts';
import { type MonitorRequest, monitorWindows, withChecks } from '#core/flows/monitor-window.ts';
import type { WindowSkew } from '#core/flows/window-skew.ts';
import { canonicalJson, type Json } from '#core/json.ts';
import type { Interval } from '#core/monitor/relation.ts';
import { windowsOver } from '#core/monitor/windows.ts';
import { counted } from '#core/plural.ts';
import { exitCode, overall } from '#core/verdict.ts';
import type { MonitorOptions } from './command.ts';
import { describeMonitor } from './describe.ts';

import { skewOfWindows } from './skew.ts';

/** Runs `mergeway monitor`. */
export async function run(options: MonitorOptions, io: Io): Promise<Outcome> {
  const { cwd, progress } = io;
  const profile = await readProfile(options, io);
  const config = await configOf(options, io);
  const predictions = await dataFiles(cwd, options.predictions);
  const feedback = await dataFiles(cwd, options.feedback ?? []);
  const ports = { table: duckdbTable(), progress };

  progress.say(`reading ${counted(predictions.length, 'file')} of predictions`);
  const span = await describeLog(ports.table, predictions);
  const version = versionOf(options, span);
  const request: MonitorRequest = {
    profile,
    predictions,
    policy: config?.monitor ?? Monitor.parse({ drift: {} }),
    ...(feedback.length > 0 && { feedback }),
    ...(options.label !== undefined && { label: options.label }),
    ...(version !== undefined && { version }),
  };
  const windows = windowsOf(options, span);
  const skew = await skewOfWindows(options, { predictions, version, windows, config }, io);
  const results = (await monitorWindows(ports, request, windows)).map((result, place) =>
    withSkew(result, skew[place]),
  );
  if (options.out !== undefined) await write(options.out, results, { profile, cwd });
  return {
    exit: exitCode(overall(results.map(({ verdict }) => verdict))),
    json: { windows: results as unknown as Json },
    text: describeMonitor(results),
  };
}

async function readProfile({ profile }: MonitorOptions, { cwd }: Io): Promise<Statement<ProfilePredicate>> {
  return parseEvidence(profileEvidence, await readBytes(resolve(cwd, profile), MAX_EVIDENCE_BYTES), profile);
}

function withSkew(result: MonitorPredicate, skew: WindowSkew | undefined): MonitorPredicate {
  if (!skew) return result;
  const { checks, sources } = skew;
  return { ...withChecks(result, checks), ...(sources && { sources }) };
}

/** The model, of this repository or of a file, whose monitor counts; without one drift alone is watched. MW_USAGE for one that has no monitor. */
async function configOf({ model, policy }: MonitorOptions, { cwd }: Io): Promise<ModelConfig | undefined> {
  if (model !== undefined && policy !== undefined) {
    throw new MergewayError('MW_USAGE', '--model and --policy name the same thing: give one of them');
  }
  if (model === undefined && policy === undefined) return undefined;
  const config =
    model === undefined
      ? parseModelConfig(await readSource(cwd, policy ?? ''))
      : await readModelConfig(cwd, model);
  if (config.monitor) return config;
  throw new MergewayError(
    'MW_USAGE',
    `${config.name} has no \`monitor\`; without --model and --policy drift alone is watched`,
  );
}

/** The version that was asked for, or the only one. MW_USAGE names several. */
function versionOf({ version }: MonitorOptions, { versions }: LogSpan): string | undefined {
  if (version !== undefined || versions.length <= 1) return version ?? versions[0];
  const known = versions
    .slice(0, 20)
    .map((name) => JSON.stringify(name))
    .join(', ');
  throw new MergewayError('MW_USAGE', `the predictions are of several versions (${known}): give --version`);
}

/** `undefined` is the window of files whose rows have no times. */
function windowsOf(
  { from, to, every }: MonitorOptions,
  { times }: LogSpan,
): readonly (Interval | undefined)[] {
  if (!times) {
    if (from === undefined && to === undefined && every === undefined) return [undefined];
    throw new MergewayError(
      'MW_USAGE',
      'the predictions have no column `event_time`: --from, --to and --every need it',
    );
  }
  const span = { from: timeOf('--from', from) ?? times.from, to: timeOf('--to', to) ?? times.to };
  if (span.to <= span.from) {
    throw new MergewayError(
      'MW_USAGE',
      `the window ends (${new Date(span.to).toISOString()}) before it begins (${new Date(span.from).toISOString()})`,
    );
  }
  return every === undefined ? [span] : windowsOver(span, lengthOf(every));
}

function timeOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?$/.test(text) ? Date.parse(utc(text)) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new MergewayError(
    'MW_USAGE',
    `${option} takes a time such as 2013-06-01 or 2013-06-01T12:00:00Z, got ${JSON.stringify(text)}`,
  );
}

/** Times without a zone are UTC. */
function utc(text: string): string {
  return text.includes('T') && !/(Z|[+-]\d\d:\d\d)$/.test(text) ? `${text}Z` : text;
}

function lengthOf(every: string): number {
  if (Duration.safeParse(every).success) return durationMs(every);
  throw new MergewayError(
    'MW_USAGE',
    `--every takes a duration such as 1h or 1d, got ${JSON.stringify(every)}`,
  );
}

async function write(
  out: string,
  results: readonly MonitorPredicate[],
  { profile, cwd }: { readonly profile: Statement<ProfilePredicate>; readonly cwd: string },
): Promise<void> {
  const about = { name: profile.predicate.model, digest: subjectOf(profile) };
  const statements = results.map((result) => statement(monitorEvidence, about, result));
  const [only] = statements;
  const content =
    only && statements.length === 1 ? serialize(only) : canonicalJson(statements as unknown as Json);
  await writeFileWhole(resolve(cwd, out), content);
}
