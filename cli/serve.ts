/** `mergeway serve`: the door of serving/. */

import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defineCommand, type Io, type OptionsOf, type OptionTable, type Outcome } from '#actions/command.ts';
import { MergewayError } from '#core/errors.ts';

const options = {
  model: {
    value: 'name=file.onnx',
    summary: 'A bare ONNX file to serve under a name; may be given several times',
    repeated: true,
  },
  store: {
    value: 'folder',
    summary: 'Artifact store that versions are loaded from, as the tags of --repository or the App say',
    env: 'MERGEWAY_STORE',
  },
  repository: {
    value: 'folder',
    summary:
      'A clone of the repository: of each model the version that holds production by its tags is served, with its features; without the App; needs --store',
  },
  follow: {
    value: 'duration',
    summary:
      'How often the tags are looked at again, such as 30s; without it at the start only; needs --repository',
  },
  fetch: {
    summary: 'Fetches the tags from the remote `origin` before each look; needs --repository',
  },
  state: {
    value: 'folder',
    summary:
      'Where the server remembers its champions over a restart; needed with --prediction-log, and with --store where the App says what is served',
  },
  adminTokenFile: {
    value: 'file',
    summary: 'File with the token of the admin API (or the token itself in MERGEWAY_ADMIN_TOKEN)',
  },
  onlineStore: {
    value: 'folder',
    summary:
      'Where features are looked up, as `features materialize` filled it: a folder or redis://[[user]:password@]host[:port][/db]; needs --store',
    env: 'MERGEWAY_ONLINE_STORE',
  },
  predictionLog: {
    value: 'folder',
    summary:
      'Where predictions and feedback are logged, as Parquet: a folder or s3://bucket/prefix (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL_S3); needs --state',
  },
  logEvery: {
    value: 'duration',
    summary: 'How often what was logged becomes a file; it is on the disk after a second at most',
    default: '60s',
  },
  feedbackTokenFile: {
    value: 'file',
    summary: 'File with the token that senders of feedback must show; without it anybody may send labels',
  },
  port: { value: 'number', summary: 'Port to listen on; 0 picks a free one', default: '8080' },
  host: { value: 'address', summary: 'Address to listen on; 0.0.0.0 in a container', default: '127.0.0.1' },
} as const satisfies OptionTable;

export const serve = defineCommand({
  name: 'serve',
  summary: 'Serves models by the Open Inference Protocol, and splits traffic between champion and canary',
  options,
  examples: [
    'mergeway serve --model flights=model.onnx --port 8080',
    'mergeway serve --model flights=model.onnx --state .mergeway/serving --prediction-log predictions',
    'mergeway serve --repository . --store .mergeway/store --online-store .mergeway/online --follow 30s',
    'mergeway serve --store .mergeway/store --state .mergeway/serving --admin-token-file admin-token --port 8080',
  ],
  run: start,
});

async function start(given: OptionsOf<typeof options>, io: Io): Promise<Outcome> {
  const port = portOf(given.port);
  const models = modelsOf(given.model);
  for (const file of Object.values(models)) await requireFile(resolve(io.cwd, file));
  const { partPlace, readAdminToken, readDuration, readToken, serveUntilSignal } = await import(
    '#serving/main.ts'
  );
  const { store, repository, follow, state, host: hostname, onlineStore, predictionLog } = given;
  const { feedbackTokenFile: feedback } = given;
  const options = {
    models,
    store,
    repository: repository === undefined ? undefined : resolve(io.cwd, repository),
    remote: given.fetch ? 'origin' : undefined,
    followMs: follow === undefined ? undefined : readDuration('--follow', follow),
    state,
    adminToken: await readAdminToken(given.adminTokenFile, io.env),
    onlineStore,
    predictionLog: predictionLog === undefined ? undefined : partPlace(predictionLog, io.env),
    logEveryMs: readDuration('--log-every', given.logEvery),
    feedbackToken: feedback === undefined ? undefined : await readToken('--feedback-token-file', feedback),
    port,
    hostname,
  };
  await serveUntilSignal(options, (url) => io.announce(`serving at ${url}`));
  return { exit: 0, json: { ended: true }, text: '' };
}

function modelsOf(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, file] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
      if (name === undefined || file === undefined) {
        throw new MergewayError('MW_USAGE', `--model takes <name>=<file.onnx>, got ${JSON.stringify(pair)}`);
      }
      return [name, file];
    }),
  );
}

async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new MergewayError('MW_FILE_MISSING', `there is no file ${path}`);
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new MergewayError('MW_USAGE', `--port takes a number from 0 to 65535, got ${JSON.stringify(text)}`);
}
