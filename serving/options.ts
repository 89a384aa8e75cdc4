/** What the model server is started with, checked before anything is opened. Tokens are read from files, so that no argument holds one. */

import { readFile } from 'node:fs/promises';
import type { PartPlace } from '#adapters/s3/part-place.ts';
import { Duration, durationMs } from '#core/config/duration.ts';
import { ModelName } from '#core/config/model.ts';
import { MergewayError } from '#core/errors.ts';
import { errorText, type Log } from './log.ts';

export interface ServingOptions {
  /** Bare ONNX files by model name: no versions, no canary. */
  readonly models?: Readonly<Record<string, string>>;
  /** Folder of the OCI image layout that versions are loaded from; needs `state` and `adminToken`. */
  readonly store?: string | undefined;
  /** Folder where the last traffic plans are kept. */
  readonly state?: string | undefined;
  readonly adminToken?: string | undefined;
  /** Where predictions and feedback are logged; needs `state`. */
  readonly predictionLog?: PartPlace | undefined;
  /** How often what was logged becomes parts, ms; default 60 s. */
  readonly logEveryMs?: number | undefined;
  readonly feedbackToken?: string | undefined;
  /** Where features are looked up: a folder, or `redis://…`. */
  readonly onlineStore?: string | undefined;
  /** 0 picks a free port. */
  readonly port: number;
  /** Default 127.0.0.1; in a container 0.0.0.0. */
  readonly hostname?: string | undefined;
  /** Default: JSON lines on stderr. */
  readonly log?: Log;
}

/** MW_USAGE for what does not go together. */
export function checkOptions(options: ServingOptions): void {
  const { models = {}, store, state, adminToken, predictionLog, onlineStore } = options;
  const names = Object.keys(models);
  const wrong = names.find((name) => !/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name));
  if (wrong !== undefined) {
    throw new MergewayError(
      'MW_USAGE',
      `--model ${wrong}: expected a name of letters, digits, dots, _ and -`,
    );
  }
  if (store === undefined && names.length === 0) {
    throw new MergewayError(
      'MW_USAGE',
      'nothing to serve: give --model <name>=<file.onnx> or --store <folder>',
    );
  }
  if (store !== undefined && state === undefined) {
    throw new MergewayError(
      'MW_USAGE',
      '--store (or MERGEWAY_STORE) needs --state <folder>, where the server remembers its champions',
    );
  }
  if (store === undefined && onlineStore !== undefined) {
    throw new MergewayError(
      'MW_USAGE',
      '--online-store (or MERGEWAY_ONLINE_STORE) needs --store <folder>: a bare --model names no feature service, so nothing would be looked up',
    );
  }
  if (predictionLog !== undefined) checkLog(names, state);
  if (store !== undefined && !adminToken) {
    throw new MergewayError(
      'MW_USAGE',
      '--store (or MERGEWAY_STORE) needs an admin token: give --admin-token-file <file> or set MERGEWAY_ADMIN_TOKEN',
    );
  }
}

function checkLog(names: readonly string[], state: string | undefined): void {
  if (state === undefined) {
    throw new MergewayError(
      'MW_USAGE',
      '--prediction-log needs --state <folder>, where rows wait and sequence numbers are kept',
    );
  }
  const wrong = names.find((name) => !ModelName.safeParse(name).success);
  if (wrong === undefined) return;
  throw new MergewayError(
    'MW_USAGE',
    `--model ${wrong}: a model that is logged has a name of lower-case letters, digits and inner hyphens`,
  );
}

/** The admin token: the file's first line, else MERGEWAY_ADMIN_TOKEN. MW_USAGE when the file can't be read or is empty. */
export async function readAdminToken(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (file === undefined) return environment.MERGEWAY_ADMIN_TOKEN?.trim() || undefined;
  return readToken('--admin-token-file', file);
}

/** The first line of a file. MW_USAGE when it can't be read or is empty. */
export async function readToken(option: string, file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new MergewayError('MW_USAGE', `${option} ${file} can not be read: ${errorText(cause)}`);
  });
  const token = text.split('\n')[0]?.trim();
  if (token) return token;
  throw new MergewayError('MW_USAGE', `${option} ${file} is empty`);
}

/** A duration of the command line in ms. MW_USAGE. */
export function readDuration(option: string, text: string): number {
  if (Duration.safeParse(text).success) return durationMs(text);
  throw new MergewayError('MW_USAGE', `${option} takes a duration such as 60s, got ${JSON.stringify(text)}`);
}
