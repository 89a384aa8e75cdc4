/** Skew of each window, where feature definitions were given: what the App does for live windows, over the working tree. */

import type { Io } from '#actions/command.ts';
import { placesOf } from '#actions/data.ts';
import { folderPlace, namedSource } from '#actions/features/place.ts';
import { readSource } from '#actions/files.ts';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { parseFeatureDefinitions } from '#core/config/load.ts';
import type { ModelConfig } from '#core/config/model.ts';
import { SkewMonitor } from '#core/config/monitor.ts';
import { parseContract, secretColumns } from '#core/contract/odcs.ts';
import { MergewayError } from '#core/errors.ts';
import { defaultsOf } from '#core/features/defaults.ts';
import { serviceOf } from '#core/features/service.ts';
import { liveViews, type NamedSource } from '#core/flows/feature-sources.ts';
import { noSkew, type WindowSkew, windowSkew } from '#core/flows/window-skew.ts';
import type { Interval } from '#core/monitor/relation.ts';
import { coverageOf } from '#core/skew/coverage.ts';
import type { MonitorOptions } from './command.ts';

export interface Predicted {
  readonly predictions: readonly string[];
  readonly version: string | undefined;
  readonly windows: readonly (Interval | undefined)[];
  /** The model whose `monitor.skew` and `serve.defaults` count. */
  readonly config: ModelConfig | undefined;
}

/** One for each window; none where nobody asked. */
export async function skewOfWindows(
  options: MonitorOptions,
  { predictions, version, windows, config }: Predicted,
  io: Io,
): Promise<readonly WindowSkew[]> {
  const asked = config?.monitor?.skew;
  if (options.definitions === undefined) {
    const reason = 'not compared: --definitions and --service would settle it';
    return asked ? windows.map(() => noSkew('inconclusive', reason, asked)) : [];
  }
  const policy = asked ?? SkewMonitor.parse({});
  const served = await servedBy(options, config, io);
  io.progress.say(`comparing features of ${served.service.name} with the same computed offline`);
  const table = duckdbTable();
  const covered = await coverageOf(duckdbTable({ loadUpTo: 0 }), served);
  const parts = predictions.map((path) => ({ local: async () => path }));
  const found: WindowSkew[] = [];
  for (const window of windows) {
    found.push(
      window
        ? await windowSkew(table, { ...served, parts, version, covered, window, policy })
        : noSkew('inconclusive', 'the predictions have no column `event_time`', policy),
    );
  }
  return found;
}

/** Service, defaults, sources and restricted columns of the working tree. */
async function servedBy(options: MonitorOptions, config: ModelConfig | undefined, io: Io) {
  const { definitions = '', service: name, contract = config?.gates.data?.contract } = options;
  if (name === undefined) throw new MergewayError('MW_USAGE', '--definitions needs --service');
  const { cwd } = io;
  const service = serviceOf(parseFeatureDefinitions(await readSource(cwd, definitions)), name);
  const named: NamedSource[] = [];
  for (const { source } of service.views) named.push(await namedSource(cwd, source.path));
  return {
    service,
    defaults: defaultsOf(service, config?.serve.defaults ?? {}),
    sources: await liveViews(service, named, folderPlace(placesOf(options, io))),
    restricted: contract === undefined ? [] : secretColumns(parseContract(await readSource(cwd, contract))),
  };
}
