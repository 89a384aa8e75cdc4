/** An App for tests: on a port of this machine, with a GitHub that does not answer unless one is named. */

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import type { Log } from '#app/log.ts';
import type { AppOptions } from '#app/options.ts';
import { type RunningApp, startApp } from '#app/server.ts';
import type { Line } from './line.ts';

export const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} };

type Registration = Pick<AppOptions, 'appId' | 'privateKey' | 'webhookSecret'>;

/** Settings as they are by default; nothing is kept in folders. */
export function appOptions(registration: Registration, changes: Partial<AppOptions> = {}): AppOptions {
  return {
    ...registration,
    apiUrl: 'http://127.0.0.1:9',
    throttle: false,
    database: '',
    store: '',
    adminToken: 'unused',
    leaseMs: 10_000,
    watchMs: 60_000,
    host: '127.0.0.1',
    port: 0,
    ...changes,
  };
}

/** An App over a line in memory. */
export function appOver(
  { workspace, traffic, clock }: Line,
  { log = SILENT, webhookSecret = 'a secret of this test' } = {},
): Promise<RunningApp> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  return startApp(appOptions({ appId: 1, privateKey, webhookSecret }), {
    open: async () => workspace,
    store: { ...workspace.store, close: async () => {} },
    artifacts: workspace.artifacts,
    traffic: () => traffic,
    clock,
    log,
  });
}

/** Asks again until the answer is yes. */
export async function until(is: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await is())) {
    assert.ok(Date.now() < end, 'it did not come to that within 20 s');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
