/**
 * The dashboard: read-only pages made on the server, and one JSON route for the live chart. Who may see it is a
 * reverse proxy's to say, or a token's (MERGEWAY_DASHBOARD_TOKEN, as the password of HTTP Basic).
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { verifyChain } from '#core/ledger/chain.ts';
import type { Store } from '#core/ports/store.ts';
import { assetRoutes } from './assets.ts';
import { html, type Markup } from './html.ts';
import { page } from './layout.ts';
import { modelsOf } from './models.ts';
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
  readonly token?: string | undefined;
}

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export async function dashboardRoutes(
  server: FastifyInstance,
  { store, token }: DashboardParts,
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

  server.get('/', async (_request, reply) => send(reply, page('Models', await home(store))));

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
}

const NOT_FOUND = html`<section><h2>No such rollout</h2><p><a href="/">All models</a></p></section>`;

async function home(store: Store): Promise<Markup> {
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
  return html`
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
