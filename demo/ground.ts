/** The ground that the stage stands on: a folder each for what a company keeps apart, and what lies in them when the replay begins. */

import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { start } from './process.ts';

/** Midnight in New York after the holdout's last day. */
const REPLAY_BEGINS = '2013-05-16T04:00:00Z';
/** Feature service of the quickstart's model. */
export const SERVICE = { file: 'features/flights.yaml', name: 'flights_v1' } as const;

export type Layout = Awaited<ReturnType<typeof makeFolders>>;

export async function makeFolders(folder: string) {
  const layout = {
    github: join(folder, 'github'),
    work: join(folder, 'work'),
    store: join(folder, 'store'),
    dataStore: join(folder, 'data-store'),
    trainingStore: join(folder, 'training-store'),
    onlineStore: join(folder, 'online-store'),
    predictions: join(folder, 'predictions'),
    serving: join(folder, 'serving'),
    database: join(folder, 'database'),
    logs: join(folder, 'logs'),
    adminTokenFile: join(folder, 'admin-token'),
  };
  const { adminTokenFile: _, work: __, database: ___, ...folders } = layout;
  for (const path of Object.values(folders)) await mkdir(path, { recursive: true });
  return layout;
}

/** The data store as it is when the holdout's interval is over: a folder per data set. Later parts arrive in the replay. */
export async function fillDataStore({ dataStore }: Layout, quickstart: string): Promise<void> {
  await cp(join(quickstart, 'holdout'), dataStore, { recursive: true });
  const data = join(quickstart, 'repository/data');
  await cp(join(data, 'train.parquet'), join(dataStore, 'flights/2013-01-to-04.parquet'));
  for (const set of ['weather', 'route_delays', 'carrier_delays']) {
    await cp(join(data, `${set}.parquet`), join(dataStore, set, '2013-01-to-05a.parquet'));
  }
}

/** What was known when the replay begins, as an operator's schedule would have written it. */
export async function fillOnlineStore({ work, onlineStore, dataStore, logs }: Layout): Promise<void> {
  const filling = await start({
    name: 'materialize',
    args: [
      ...['cli/main.ts', 'features', 'materialize', '--service', SERVICE.name],
      ...['--definitions', SERVICE.file, '--to', REPLAY_BEGINS],
      ...['--store', onlineStore, '--data-store', dataStore],
    ],
    cwd: work,
    logFile: join(logs, 'materialize.log'),
    readyWhen: /carrier_delays/,
  });
  await filling.ended;
}
