/** `/health`: the process answers. `/ready`: it has its database and works. */

import type { FastifyInstance } from 'fastify';

export function healthRoutes(
  server: FastifyInstance,
  { isReady }: { readonly isReady: () => Promise<boolean> },
): void {
  server.get('/health', async () => ({ status: 'up' }));

  server.get('/ready', async (_request, reply) => {
    const ready = await isReady().catch(() => false);
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'starting' });
  });
}
