/** Health (Open Inference Protocol V2): live while the process answers, ready when every model is. */

import type { FastifyInstance } from 'fastify';
import type { ModelHost } from '../host.ts';

export function healthRoutes(app: FastifyInstance, { host }: { readonly host: ModelHost }): void {
  app.get('/v2/health/live', async () => ({ live: true }));
  app.get('/v2/health/ready', async (_request, reply) =>
    reply.code(host.ready ? 200 : 503).send({ live: host.ready }),
  );
}
