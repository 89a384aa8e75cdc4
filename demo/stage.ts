/**
 * The stage of the demo: a stand-in for GitHub with one repository made from the quickstart, the App, a serving process and
 * live traffic, each a real process that talks to the others as it would in a company. Everything lives in one folder.
 */

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Octokit } from '@octokit/rest';
import { type GitHub, startGitHub } from '#test/peers/github/server.ts';
import { fillDataStore, fillOnlineStore, type Layout, makeFolders, SERVICE } from './ground.ts';
import { setThePace } from './pace.ts';
import { type Running, start } from './process.ts';
import { preparePython } from './python.ts';
import { createWorkingCopy, type WorkingCopy } from './repository.ts';
import type { Story } from './story.ts';
import { joinTraffic } from './traffic/join.ts';

export const CHECKOUT = resolve(import.meta.dirname, '..');
export const MODEL = 'flights';
const OWNER = 'acme';
const NAME = 'models';
const QUICKSTART = join(CHECKOUT, 'templates/quickstart');

/** Requests per second while a canary is watched. */
const FULL_TRAFFIC = 3000;
/** Requests per second otherwise: runner and server share this machine's cores, and the latency gate is measured on them. */
const QUIET_TRAFFIC = 50;
/** Shorter than the default of 10 s, so that the demo's crash drill does not take long. */
const LEASE_MS = 5000;

export interface Stage {
  readonly story: Story;
  readonly folder: string;
  readonly github: GitHub;
  readonly copy: WorkingCopy;
  /** Everyone acts over the REST API, with a token of their own. */
  readonly author: Octokit;
  readonly reviewer: Octokit;
  readonly repository: { readonly owner: string; readonly repo: string };
  readonly serving: Running;
  readonly servingUrl: string;
  readonly adminToken: string;
  readonly leaseMs: number;
  readonly appUrl: string;
  /** Ends the App at once, as a power cut would. */
  killApp(): Promise<void>;
  startApp(): Promise<void>;
  startTraffic(): Promise<void>;
  /** Full traffic for a canary, quiet traffic while the runner works. */
  setTraffic(amount: 'full' | 'quiet'): void;
  /** What traffic sees in one whole half second from now on. */
  nextTally(): Promise<Tally>;
  /** Live time from the replay's beginning until the instant, in its own time, at so many flights a second. Starts it the first time. */
  replayUntil(instant: string, flightsPerSecond: number): Promise<Lived>;
  close(): Promise<void>;
}

export interface Tally {
  readonly sent: number;
  readonly ok: number;
  readonly failed: number;
  readonly byVersion: Readonly<Record<string, number>>;
}

/** What the replay did since it was asked the last time. */
export interface Lived {
  readonly sent: number;
  readonly labels: number;
  readonly failed: number;
  readonly byVersion: Readonly<Record<string, number>>;
}

/** Builds the stage in an empty folder. */
export async function buildStage(folder: string, story: Story): Promise<Stage> {
  const layout = await makeFolders(folder);
  const adminToken = randomBytes(24).toString('hex');
  await writeFile(layout.adminTokenFile, adminToken, { mode: 0o600 });
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const webhookSecret = randomBytes(24).toString('hex');
  const appPort = await freePort();
  const appUrl = `http://127.0.0.1:${appPort}`;

  const python = await preparePython(story);
  const github = await startGitHub({
    folder: layout.github,
    app: { id: 1, slug: 'mergeway', privateKey, webhookUrl: `${appUrl}/api/github/webhooks`, webhookSecret },
    users: [
      { login: 'author', token: 'token-of-author' },
      { login: 'reviewer', token: 'token-of-reviewer' },
    ],
    actionsCheckout: CHECKOUT,
    ...python,
  });

  const launchApp = () =>
    start({
      name: 'App',
      args: ['cli/main.ts', 'app'],
      env: {
        GITHUB_APP_ID: '1',
        GITHUB_PRIVATE_KEY: privateKey,
        GITHUB_API_URL: github.apiUrl,
        WEBHOOK_SECRET: webhookSecret,
        MERGEWAY_DATABASE: layout.database,
        MERGEWAY_STORE: layout.store,
        MERGEWAY_DATA_STORE: layout.dataStore,
        MERGEWAY_TRAINING_STORE: layout.trainingStore,
        MERGEWAY_PREDICTION_LOG: layout.predictions,
        MERGEWAY_WATCH: '1s', // for the default of a minute the demo has no time
        MERGEWAY_ADMIN_TOKEN_FILE: layout.adminTokenFile,
        MERGEWAY_LEASE: `${LEASE_MS / 1000}s`,
        PORT: String(appPort),
        HOST: '127.0.0.1',
        MERGEWAY_PUBLIC_URL: appUrl,
      },
      logFile: join(layout.logs, 'app.log'),
      readyWhen: /http:\/\/127\.0\.0\.1:\d+/,
    });
  const [firstApp, serving] = await Promise.all([launchApp(), launchServing(layout)]);
  const servingUrl = serving.ready[1] ?? '';
  const copy = await makeRepository(github, layout, servingUrl);
  const [trafficFile] = await Promise.all([
    joinTraffic(layout.work, QUICKSTART, SERVICE),
    fillOnlineStore(layout),
  ]);

  let app: Running = firstApp;
  let traffic: Running | undefined;
  let replay: Running | undefined;

  const startReplay = () =>
    start({
      name: 'replay',
      args: [
        'demo/replay/main.ts',
        servingUrl,
        MODEL,
        join(QUICKSTART, 'replay'),
        join(layout.work, SERVICE.file),
        SERVICE.name,
        layout.onlineStore,
        layout.dataStore,
      ],
      logFile: join(layout.logs, 'replay.log'),
      readyWhen: /replay ready/,
    });

  const stage: Stage = {
    story,
    folder,
    github,
    copy,
    author: octokit(github, 'token-of-author'),
    reviewer: octokit(github, 'token-of-reviewer'),
    repository: { owner: OWNER, repo: NAME },
    serving,
    servingUrl,
    adminToken,
    leaseMs: LEASE_MS,
    appUrl,
    async startApp() {
      app = await launchApp();
    },
    async killApp() {
      app.child.kill('SIGKILL');
    },
    async startTraffic() {
      traffic = await start({
        name: 'traffic',
        args: ['demo/traffic/generator.ts', servingUrl, MODEL, trafficFile, String(QUIET_TRAFFIC)],
        logFile: join(layout.logs, 'traffic.log'),
        readyWhen: /generator ready/,
      });
    },
    setTraffic(amount) {
      traffic?.child.stdin?.write(`${amount === 'full' ? FULL_TRAFFIC : QUIET_TRAFFIC}\n`);
    },
    nextTally: () =>
      new Promise((resolve) => {
        let skipped = false;
        traffic?.onLine((line) => {
          if (skipped) resolve(JSON.parse(line) as Tally);
          skipped = true;
        });
      }),
    async replayUntil(instant, flightsPerSecond) {
      replay ??= await startReplay();
      const { child } = replay;
      const line = await new Promise<string>((resolve, reject) => {
        replay?.onLine((text) => text.startsWith('{') && text.includes(instant) && resolve(text));
        child.once('exit', (code) => reject(new Error(`the replay ended with ${code}`)));
        child.stdin?.write(`${instant} ${flightsPerSecond}\n`);
      });
      return JSON.parse(line) as Lived;
    },
    async close() {
      await replay?.stop();
      await traffic?.stop();
      await app.stop();
      await serving.stop();
      await github.close();
    },
  };
  return stage;
}

function launchServing(layout: Layout): Promise<Running> {
  const { store, serving, adminTokenFile, logs, onlineStore, predictions } = layout;
  const options = [
    ...['--store', store, '--state', serving, '--admin-token-file', adminTokenFile, '--port', '0'],
    ...['--online-store', onlineStore, '--prediction-log', predictions, '--log-every', '1s'],
  ];
  return start({
    name: 'serving',
    args: ['cli/main.ts', 'serve', ...options],
    logFile: join(logs, 'serving.log'),
    readyWhen: /(http:\/\/[\d.]+:\d+)/,
  });
}

/** The repository with its workflows, and the holdout where only the evaluation job is told to look. */
async function makeRepository(github: GitHub, layout: Layout, servingUrl: string): Promise<WorkingCopy> {
  const { gitUrl } = await github.createRepository({
    owner: OWNER,
    name: NAME,
    collaborators: { author: 'write', reviewer: 'write' },
  });
  const copy = await createWorkingCopy(
    layout.work,
    gitUrl,
    [
      { from: join(QUICKSTART, 'repository'), without: ['models/flights'] },
      {
        from: join(CHECKOUT, 'templates/workflows/mergeway-train.yml'),
        to: '.github/workflows/mergeway-train.yml',
      },
      {
        from: join(CHECKOUT, 'templates/workflows/mergeway-evaluate.yml'),
        to: '.github/workflows/mergeway-evaluate.yml',
      },
    ],
    (work) => setThePace(work, servingUrl),
  );
  await fillDataStore(layout, QUICKSTART);
  configure(github, layout);
  return copy;
}

/** The evaluation job, and only it, is told where candidates, the holdout and predictions are. Training knows the training store. */
function configure(github: GitHub, layout: Layout): void {
  const repository = `${OWNER}/${NAME}`;
  github.protectBranch({ repository, branch: 'main', requiredChecks: ['mergeway'] });
  const environment = 'mergeway-evaluation';
  github.setVariable({ repository, environment, name: 'MERGEWAY_STORE', value: layout.store });
  github.setVariable({ repository, environment, name: 'MERGEWAY_DATA_STORE', value: layout.dataStore });
  github.setVariable({ repository, name: 'MERGEWAY_TRAINING_STORE', value: layout.trainingStore });
}

/** A refused merge is part of the story, not a line of a log. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

function octokit(github: GitHub, auth: string): Octokit {
  return new Octokit({ auth, baseUrl: github.apiUrl, log: SILENT });
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}
