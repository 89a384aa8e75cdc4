/** The skew comparison as a command on plain files. */

import { resolve } from 'node:path';
import type { Io, Outcome } from '#actions/command.ts';
import { placesOf } from '#actions/data.ts';
import { dataFiles } from '#actions/data-files.ts';
import { folderPlace, namedSource } from '#actions/features/place.ts';
import { readSource } from '#actions/files.ts';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { parseFeatureDefinitions, parseModelConfig } from '#core/config/load.ts';
import { nearest } from '#core/config/nearest.ts';
import { parseContract, secretColumns } from '#core/contract/odcs.ts';
import { MergewayError } from '#core/errors.ts';
import type { SkewEvidence } from '#core/evidence/skew.ts';
import { defaultsOf, NO_DEFAULTS } from '#core/features/defaults.ts';
import { type FeatureService, serviceOf } from '#core/features/service.ts';
import { liveViews, type NamedSource } from '#core/flows/feature-sources.ts';
import { compareSkew } from '#core/flows/skew.ts';
import type { Json } from '#core/json.ts';
import type { SkewRequest } from '#core/skew/request.ts';
import { judgeShares } from '#core/skew/share.ts';
import { exitCode } from '#core/verdict.ts';
import type { SkewOptions } from './command.ts';
import { describeSkew } from './describe.ts';

/** Runs `mergeway skew`. */
export async function run(options: SkewOptions, io: Io): Promise<Outcome> {
  const max = shareOf(options.max);
  const mostRows = wholeOf(options.rows);
  const tolerance = toleranceOf(options.tolerance);
  const definitions = parseFeatureDefinitions(await readSource(io.cwd, options.definitions));
  const service = serviceOf(definitions, options.service);
  requireKnown(tolerance, service);
  io.progress.say(`comparing ${service.name} with ${options.predictions.join(', ')}`);
  const skew = await compareSkew(duckdbTable(), {
    parts: await partsOf(options, io),
    service,
    defaults: await defaultsIn(options, service, io),
    sources: await sourcesOf(service, options, io),
    tolerance,
    version: options.version,
    mostRows,
    restricted: await restrictedIn(options, io),
  });
  return outcomeOf(skew, max);
}

function outcomeOf(skew: SkewEvidence, max: number): Outcome {
  const judged = judgeShares(skew, max);
  const failed = judged?.features.find(({ verdict }) => verdict.status === 'fail');
  const verdict = failed ? 'fail' : (judged?.verdict.status ?? 'inconclusive');
  const reason = judged?.verdict.reason ?? skew.note ?? 'no column could be compared';
  return {
    exit: exitCode(verdict),
    json: { verdict, reason, ...skew } as unknown as Json,
    text: describeSkew(skew, { verdict, reason }),
    outputs: { verdict },
  };
}

async function partsOf({ predictions }: SkewOptions, { cwd }: Io): Promise<SkewRequest['parts']> {
  const paths = await dataFiles(cwd, predictions);
  return paths.map((path) => ({ local: async () => path }));
}

async function defaultsIn({ modelYaml }: SkewOptions, service: FeatureService, { cwd }: Io) {
  if (modelYaml === undefined) return NO_DEFAULTS;
  const { serve } = parseModelConfig(await readSource(cwd, modelYaml));
  return defaultsOf(service, serve.defaults);
}

async function restrictedIn({ contract }: SkewOptions, { cwd }: Io): Promise<readonly string[]> {
  if (contract === undefined) return [];
  return secretColumns(parseContract(await readSource(cwd, contract)));
}

/** What the definitions name, as it is known now, or the files that were given instead. */
async function sourcesOf(
  service: FeatureService,
  options: SkewOptions,
  io: Io,
): Promise<SkewRequest['sources']> {
  const { views } = service;
  const instead = insteadOf(options.source, views);
  const wanted = views.filter(({ name }) => !instead.has(name));
  const named: NamedSource[] = [];
  for (const { source } of wanted) {
    named.push(await namedSource(io.cwd, source.path));
  }
  const place = folderPlace(placesOf(options, io));
  const live = await liveViews({ ...service, views: wanted }, named, place);
  return views.map(({ name }): SkewRequest['sources'][number] => {
    const file = instead.get(name);
    if (file !== undefined) return { name: file, paths: [resolve(io.cwd, file)] };
    return live[wanted.findIndex((view) => view.name === name)] ?? { name, paths: [] };
  });
}

/** Files by the view whose source they stand in for. */
function insteadOf(given: readonly string[], views: FeatureService['views']): ReadonlyMap<string, string> {
  return new Map(
    given.map((text): [string, string] => {
      const [, view = '', file = ''] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
      if (views.some(({ name }) => name === view)) return [view, file];
      throw new MergewayError(
        'MW_USAGE',
        `--source takes <view>=<file> with a view of the service (${views.map(({ name }) => name).join(', ')}), got ${JSON.stringify(text)}`,
      );
    }),
  );
}

function shareOf(text: string): number {
  const share = Number(text);
  if (text.trim() !== '' && share >= 0 && share <= 1) return share;
  throw new MergewayError('MW_USAGE', `--max takes a share from 0 to 1, got ${JSON.stringify(text)}`);
}

function wholeOf(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new MergewayError('MW_USAGE', `--rows takes a number up to 9999999, got ${JSON.stringify(text)}`);
}

/** A tolerance of a column that is misspelt would be none. */
function requireKnown(tolerance: SkewRequest['tolerance'], { name, outputs }: FeatureService): void {
  if (typeof tolerance === 'number') return;
  const columns = outputs.map(({ column }) => column);
  const unknown = Object.keys(tolerance).find((column) => !columns.includes(column));
  if (unknown === undefined) return;
  const guess = nearest(unknown, columns);
  throw new MergewayError(
    'MW_USAGE',
    `--tolerance: the service ${name} gives no column ${JSON.stringify(unknown)}${guess ? `; did you mean \`${guess}\`?` : ''}`,
  );
}

/** `0.01`, or `temp=0.01` for one column. */
function toleranceOf(given: readonly string[]): SkewRequest['tolerance'] {
  const parsed = given.map((text) => {
    const [, column, number = ''] = /^(?:(.+)=)?([^=]*)$/s.exec(text) ?? [];
    const tolerance = Number(number);
    if (number.trim() !== '' && tolerance >= 0 && Number.isFinite(tolerance)) return { column, tolerance };
    throw new MergewayError(
      'MW_USAGE',
      `--tolerance takes a number from 0 on, or <column>=<number>, got ${JSON.stringify(text)}`,
    );
  });
  const [first] = parsed;
  if (!first) return 1e-6;
  if (first.column === undefined && parsed.length === 1) return first.tolerance;
  if (parsed.some(({ column }) => column === undefined)) {
    throw new MergewayError('MW_USAGE', '--tolerance is one number for all, or <column>=<number> for each');
  }
  return Object.fromEntries(parsed.map(({ column = '', tolerance }) => [column, tolerance]));
}
