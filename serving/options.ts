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
  /** Folder of the OCI image layout that versions are loaded from; needs `repository`, or `state` and `adminToken`. */
  readonly store?: string | undefined;
  /** A clone whose tags say which versions are served, in place of whoever has the admin token; needs `store`. */
  readonly repository?: string | undefined;
  /** Remote of the clone that tags are fetched from before each look; absent: they are taken as they are. */
  readonly remote?: string | undefined;
  /** How often the tags are looked at again, ms, 1 s to a day; absent: at the start only. */
  readonly followMs?: number | undefined;
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

const SHORTEST_FOLLOW_MS = 1000;
const LONGEST_FOLLOW_MS = 24 * 3_600_000;

/** MW_USAGE for what does not go together. */
export function checkOptions(options: ServingOptions): void {
  const { models = {}, store, repository, state, adminToken, predictionLog, onlineStore } = options;
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
  checkRepository(options);
  if (store !== undefined && repository === undefined && state === undefined) {
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
  if (store !== undefined && repository === undefined && !adminToken) {
    throw new MergewayError(
      'MW_USAGE',
      '--store (or MERGEWAY_STORE) needs somebody who says what is served: the tags of --repository <folder>, or the App with an admin token (--admin-token-file <file> or MERGEWAY_ADMIN_TOKEN)',
    );
  }
}

/** Two that say what serves would take turns in overruling each other. */
function checkRepository({ repository, remote, followMs, store, adminToken }: ServingOptions): void {
  if (repository === undefined) {
    if (followMs === undefined && remote === undefined) return;
    throw new MergewayError(
      'MW_USAGE',
      '--follow and --fetch need --repository <folder>, whose tags they look at',
    );
  }
  if (store === undefined) {
    throw new MergewayError(
      'MW_USAGE',
      '--repository needs --store <folder> (or MERGEWAY_STORE), which has the bytes of what the tags name',
    );
  }
  if (adminToken) {
    throw new MergewayError(
      'MW_USAGE',
      '--repository serves what the tags say, and an admin token (--admin-token-file or MERGEWAY_ADMIN_TOKEN) what the App says: give one of them',
    );
  }
  if (followMs !== undefined && !(followMs >= SHORTEST_FOLLOW_MS && followMs <= LONGEST_FOLLOW_MS)) {
    throw new MergewayError('MW_USAGE', `--follow takes 1s to 24h, got ${followMs} ms`);
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
