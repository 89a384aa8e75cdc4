/** `mergeway serve` as a process of its own, with one model of 50 inputs side by side in traffic, under the settings of 50 features. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ociLayoutStore } from '#adapters/oci/store.ts';
import { servingTraffic } from '#adapters/serving/traffic.ts';
import { Serve } from '#core/config/serve.ts';
import { SERVING_SETTINGS_TYPE, writeServingSettings } from '#core/wire/serving-settings.ts';
import { floats, onnxModel } from '#test/support/onnx.ts';
import { DEFINITIONS, FEATURES } from '../online/fifty-features.ts';

export interface ModelServer {
  readonly url: string;
  stop(): Promise<void>;
}

const TOKEN = 'a token of the benchmark';
const CLI = join(import.meta.dirname, '../../cli/main.ts');

/** A weighted sum of the inputs. */
const SUM = onnxModel({
  inputs: [{ name: 'features', type: 'float', shape: ['rows', FEATURES.length] }],
  outputs: [{ name: 'score', type: 'float', shape: ['rows', 1] }],
  nodes: [{ op: 'MatMul', inputs: ['features', 'weights'], outputs: ['score'] }],
  initializers: [
    {
      name: 'weights',
      type: 'float',
      shape: [FEATURES.length, 1],
      raw: floats(...FEATURES.map(() => 0.001)),
    },
  ],
});

/** Starts a server over an online store; `folder` is its own. */
export async function startModelServer(folder: string, options: readonly string[]): Promise<ModelServer> {
  const [store, tokenFile] = [join(folder, 'store'), join(folder, 'token')];
  const artifacts = ociLayoutStore(store);
  const champion = await artifacts.put(SUM, { mediaType: 'application/onnx', annotations: {} });
  const championSettings = await artifacts.put(settings(), {
    mediaType: SERVING_SETTINGS_TYPE,
    annotations: {},
  });
  await writeFile(tokenFile, TOKEN);

  const args = [
    '--store',
    store,
    '--state',
    join(folder, 'state'),
    '--admin-token-file',
    tokenFile,
    '--port',
    '0',
  ];
  const server = spawn(process.execPath, [CLI, 'serve', ...args, ...options], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const url = await urlOf(server);
  await servingTraffic({ url, token: TOKEN }).apply('sum', {
    champion,
    championVersion: 'v1',
    championSettings,
  });
  return {
    url,
    async stop() {
      const gone = once(server, 'exit');
      server.kill();
      await gone;
    },
  };
}

function settings(): Uint8Array {
  return writeServingSettings({
    model: 'sum',
    task: 'regression',
    label: 'label',
    predict: { output: 'score', input: 'features', columns: [...FEATURES] },
    features: { service: 'v1', definitions: DEFINITIONS },
    restricted: [],
    serve: Serve.parse({}),
  });
}

async function urlOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout) {
    for await (const line of createInterface(stdout)) {
      const [, url] = /^serving at (\S+)/.exec(line) ?? [];
      if (url) return url;
    }
  }
  throw new Error('the model server did not start');
}
