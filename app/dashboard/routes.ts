/**
 * The dashboard: read-only pages made on the server, and one JSON route for the live chart. Who may see it is a
 * reverse proxy's to say, or a token's (MERGEWAY_DASHBOARD_TOKEN, as the password of HTTP Basic).
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { verifyChain } from '#core/ledger/chain.ts';
import { storedReport } from '#core/flows/stored-report.ts';
import type { ArtifactStore } from '#core/ports/artifact-store.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Evaluation, Store } from '#core/ports/store.ts';
import type { Report } from '#core/report/report.ts';
import { assetRoutes } from './assets.ts';
import { html, type Markup } from './html.ts';
import { page } from './layout.ts';
import { alarmSection, circleSection, monitorSection, retrainingsSection } from './model-sections.ts';
import { modelsOf } from './models.ts';
import { monitorChart } from './monitor-view.ts';
import { reportSection } from './report-view.ts';
import { roundOf } from './rounds.ts';
import { type Round, stampOf } from './circle.ts';
import { chartData, rolloutView } from './rollout-view.ts';
import {
  deliveriesSection,
  evaluationsSection,
  ledgerSection,
  modelsSection,
  rolloutSection,
  rolloutsSection,
} from './sections.ts';
import { isAllowed } from './token.ts';

export interface DashboardParts {
  readonly store: Store;
  readonly artifacts: ArtifactStore;
  readonly clock: Clock;
  readonly token?: string | undefined;
  /** Base of GitHub's pages, for links. */
  readonly pages: string;
}

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export async function dashboardRoutes(
  server: FastifyInstance,
  { store, artifacts, clock, token, pages }: DashboardParts,
): Promise<void> {
  server.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    reply.headers({
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    if (token === undefined || isAllowed(request.headers.authorization, token)) return;
    await reply
      .code(401)
      .header('www-authenticate', 'Basic realm="Mergeway"')
      .send({ error: 'The dashboard asks for its token' });
  });
  assetRoutes(server);

  server.get('/', async (_request, reply) => send(reply, page('Models', await home(store, clock.now()))));

  server.get<{ Params: { id: string } }>('/rollouts/:id', async ({ params }, reply) => {
    const rollout = await store.rollouts.find(params.id);
    if (!rollout) return reply.code(404).type('text/html; charset=utf-8').send(page('Not found', NOT_FOUND));
    return send(reply, page(`${rollout.model} rollout`, rolloutSection(rolloutView(rollout))));
  });

  server.get<{ Params: { id: string } }>('/api/rollouts/:id', async ({ params }, reply) => {
    const rollout = await store.rollouts.find(params.id);
    if (!rollout) return reply.code(404).send({ error: 'No such rollout' });
    return { ...rolloutView(rollout), chart: chartData(await store.rollouts.points(rollout.id)) };
  });

  server.get<{ Params: ModelPath }>('/models/:owner/:name/:model', async ({ params }, reply) => {
    const round = await find(params);
    if (!round) return reply.code(404).type('text/html; charset=utf-8').send(page('Not found', NO_MODEL));
    return send(reply, page(round.model, await modelPage(store, round, pages)));
  });

  server.get<{ Params: ModelPath }>('/api/models/:owner/:name/:model', async ({ params }, reply) => {
    const round = await find(params);
    if (!round) return reply.code(404).send({ error: 'No such model' });
    return { stamp: stampOf(round), chart: monitorChart(round.windows) };
  });

  server.get<{ Params: EvaluationPath }>('/evaluations/:owner/:name/:run', async ({ params }, reply) => {
    const { owner, name, run } = params;
    const id = /^\d{1,15}$/.test(run) ? Number(run) : 0;
    const evaluation = await store.evaluations.find(`${owner}/${name}`, id);
    const report = evaluation && (await reportOf(evaluation));
    if (!report) return reply.code(404).type('text/html; charset=utf-8').send(page('Not found', NO_REPORT));
    return send(reply, page(`${report.model}: report`, reportSection(report)));
  });

  async function reportOf(evaluation: Evaluation): Promise<Report | undefined> {
    const candidates = await store.candidates.of(evaluation.repository, evaluation.headSha);
    const candidate = candidates.find(({ model }) => model === evaluation.model);
    return candidate && storedReport(artifacts, { candidate, evaluation });
  }

  async function find({ owner, name, model }: ModelPath): Promise<Round | undefined> {
    const repository = `${owner}/${name}`;
    const known = (await store.repositories.all()).some((one) => one.name === repository);
    const entries = known ? await store.ledger(repository).entries() : [];
    const view = modelsOf(entries).find((one) => one.model === model);
    return view && roundOf(store, { repository, view, now: clock.now(), newest: NEWEST });
  }
}

/** Windows and retrainings that a model's page shows. */
const NEWEST = 24;

interface EvaluationPath {
  readonly owner: string;
  readonly name: string;
  /** Id of the evaluation's run. */
  readonly run: string;
}

interface ModelPath {
  readonly owner: string;
  readonly name: string;
  readonly model: string;
}

const NOT_FOUND = html`<section><h2>No such rollout</h2><p><a href="/">All models</a></p></section>`;
const NO_REPORT = html`<section><h2>No such report</h2><p>It comes with the verdict. <a href="/">All models</a></p></section>`;
const NO_MODEL = html`<section><h2>No such model</h2><p><a href="/">All models</a></p></section>`;

async function modelPage(store: Store, round: Round, pages: string): Promise<Markup> {
  const { repository, model } = round;
  const [entries, rollouts] = await Promise.all([
    store.ledger(repository).entries(),
    store.rollouts.of(repository, model),
  ]);
  const views = rollouts.map(rolloutView);
  const running = views.find(({ over }) => !over);
  return html`
${circleSection(round)}
${running && rolloutSection(running)}
${monitorSection(round)}
${alarmSection(round, pages)}
${retrainingsSection(round, pages)}
${rolloutsSection(views)}
${modelsSection(
  repository,
  modelsOf(entries).filter((one) => one.model === model),
)}`;
}

async function home(store: Store, now: number): Promise<Markup> {
  const [repositories, rollouts, evaluations, deliveries] = await Promise.all([
    store.repositories.all(),
    store.rollouts.recent(20),
    store.evaluations.recent(10),
    store.inbox.recent(15),
  ]);
  const views = rollouts.map(rolloutView);
  const shown = views.find(({ over }) => !over) ?? views.find(({ guards }) => guards.length > 0);
  const ledgers = await Promise.all(
    repositories.map(async ({ name }) => ({ name, entries: await store.ledger(name).entries() })),
  );
  const rounds = await Promise.all(
    ledgers.flatMap(({ name: repository, entries }) =>
      modelsOf(entries).map((view) => roundOf(store, { repository, view, now, newest: 1 })),
    ),
  );
  return html`
${rounds.map(circleSection)}
${ledgers.map(({ name, entries }) => modelsSection(name, modelsOf(entries)))}
${shown && rolloutSection(shown)}
${rolloutsSection(views)}
${evaluationsSection(evaluations)}
${ledgers.map(({ name, entries }) => ledgerSection(name, { entries, check: verifyChain(entries) }))}
${deliveriesSection(deliveries)}`;
}

function send(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(text);
}
