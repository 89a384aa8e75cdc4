/** The App's settings, read from the environment once, at the door. */

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type PartPlace, partPlace } from '#adapters/s3/part-place.ts';
import { Duration, durationMs } from '#core/config/duration.ts';
import { MergewayError } from '#core/errors.ts';

/** Probot falls back to this word, which everybody knows. */
const REFUSED_SECRETS = ['development', 'changeme', 'secret'];

/** What `docs/app.md` describes. */
export const Environment = z.object({
  GITHUB_APP_ID: z.coerce.number().int().positive(),
  GITHUB_PRIVATE_KEY: z
    .string()
    .transform((key) => key.replaceAll('\\n', '\n'))
    .refine((key) => key.includes('PRIVATE KEY'), 'expected a PEM private key'),
  WEBHOOK_SECRET: z
    .string()
    .min(8, 'expected at least 8 characters')
    .refine((secret) => !REFUSED_SECRETS.includes(secret), 'is a well-known word; choose a random one'),
  GITHUB_API_URL: z.url({ protocol: /^https?$/ }).default('https://api.github.com'),
  MERGEWAY_GITHUB_THROTTLE: z.enum(['on', 'off']).optional(),
  MERGEWAY_DATABASE: z.string().min(1),
  MERGEWAY_STORE: z.string().min(1),
  MERGEWAY_PREDICTION_LOG: z.string().min(1).optional(),
  MERGEWAY_DATA_STORE: z.string().min(1).optional(),
  MERGEWAY_TRAINING_STORE: z.string().min(1).optional(),
  MERGEWAY_WATCH: Duration.default('60s'),
  MERGEWAY_SERVING_ORIGINS: z
    .string()
    .transform((list) => list.split(',').map((origin) => origin.trim()))
    .pipe(z.array(z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin)))
    .optional(),
  MERGEWAY_ADMIN_TOKEN: z.string().min(8, 'expected at least 8 characters'),
  MERGEWAY_DASHBOARD_TOKEN: z.string().min(8).optional(),
  MERGEWAY_LEASE: Duration.default('10s'),
  MERGEWAY_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  HOST: z.string().default('localhost'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
});

export interface AppOptions {
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
  /** Base URL of GitHub's REST API. */
  readonly apiUrl: string;
  /** Whether writes to GitHub are spaced as its limits ask for. Default: on github.com, whose limits are always on. */
  readonly throttle: boolean;
  /** Folder of the database. */
  readonly database: string;
  /** Folder of the artifact store, shared with the runners and the serving processes. */
  readonly store: string;
  /** The prediction log: a folder or an S3-compatible store. Without it nothing is monitored. */
  readonly predictionLog?: PartPlace;
  /** Folders that `store:` and `training:` in data locks stand for. Without them nothing is retrained. */
  readonly dataStore?: string;
  readonly trainingStore?: string;
  /** Pause between two looks at what is monitored. */
  readonly watchMs: number;
  /** Origins that the admin token may be sent to; without it, those of this machine only. */
  readonly servingOrigins?: readonly string[];
  /** Bearer token of the serving targets' admin API. */
  readonly adminToken: string;
  readonly dashboardToken?: string;
  readonly leaseMs: number;
  /** How people reach the App, without a slash at the end; for links in checks and deployments. */
  readonly publicUrl?: string;
  readonly host: string;
  readonly port: number;
}

/** Settings that may stand in a file instead, named by the variable with `_FILE`. */
const SECRETS = [
  'GITHUB_PRIVATE_KEY',
  'WEBHOOK_SECRET',
  'MERGEWAY_ADMIN_TOKEN',
  'MERGEWAY_DASHBOARD_TOKEN',
] as const;

/** Reads and checks the environment. MW_OPTIONS_INVALID names every variable that is wrong, never its value. */
export function readOptions(environment: Readonly<Record<string, string | undefined>>): AppOptions {
  const given = withSecretFiles(environment);
  const result = Environment.safeParse(given);
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => {
      const name = path.join('.');
      return given[name] === undefined ? `${name} is missing` : `${name}: ${message}`;
    });
    throw new MergewayError('MW_OPTIONS_INVALID', problems.join('\n'));
  }

  const read = result.data;
  return {
    appId: read.GITHUB_APP_ID,
    privateKey: read.GITHUB_PRIVATE_KEY,
    webhookSecret: read.WEBHOOK_SECRET,
    apiUrl: withoutSlash(read.GITHUB_API_URL),
    throttle: read.MERGEWAY_GITHUB_THROTTLE
      ? read.MERGEWAY_GITHUB_THROTTLE === 'on'
      : isGitHubCom(read.GITHUB_API_URL),
    database: read.MERGEWAY_DATABASE,
    store: read.MERGEWAY_STORE,
    ...(read.MERGEWAY_PREDICTION_LOG && {
      predictionLog: partPlace(read.MERGEWAY_PREDICTION_LOG, environment),
    }),
    ...(read.MERGEWAY_DATA_STORE && { dataStore: read.MERGEWAY_DATA_STORE }),
    ...(read.MERGEWAY_TRAINING_STORE && { trainingStore: read.MERGEWAY_TRAINING_STORE }),
    watchMs: durationMs(read.MERGEWAY_WATCH),
    ...(read.MERGEWAY_SERVING_ORIGINS && { servingOrigins: read.MERGEWAY_SERVING_ORIGINS }),
    adminToken: read.MERGEWAY_ADMIN_TOKEN,
    ...(read.MERGEWAY_DASHBOARD_TOKEN && { dashboardToken: read.MERGEWAY_DASHBOARD_TOKEN }),
    leaseMs: durationMs(read.MERGEWAY_LEASE),
    ...(read.MERGEWAY_PUBLIC_URL && { publicUrl: withoutSlash(read.MERGEWAY_PUBLIC_URL) }),
    host: read.HOST,
    port: read.PORT,
  };
}

function isGitHubCom(apiUrl: string): boolean {
  const { hostname } = new URL(apiUrl);
  return hostname === 'api.github.com' || hostname.endsWith('.ghe.com');
}

function withSecretFiles(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const merged = { ...environment };
  for (const name of SECRETS) {
    const file = environment[`${name}_FILE`];
    if (merged[name] === undefined && file !== undefined) merged[name] = readSecret(name, file);
    if (merged[name] === '') delete merged[name];
  }
  return merged;
}

function readSecret(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new MergewayError('MW_OPTIONS_INVALID', `${name}_FILE: ${file} can not be read`, { cause });
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
