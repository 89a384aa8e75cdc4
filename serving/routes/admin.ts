/** The admin API (`core/wire/serving-admin.ts`): plans, leases, counters. Bearer token on every request. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ModelName } from '#core/config/model.ts';
import { MergewayError } from '#core/errors.ts';
import { LeaseRequest, TrafficPlanJson } from '#core/wire/serving-admin.ts';
import type { ModelHost } from '../host.ts';
import { refuse } from '../refusal.ts';
import { showsToken } from '../token.ts';

interface AdminPath {
  Params: { readonly model: string };
  Body: unknown;
}

/** Plans are small; whoever sends more is not our controller. */
const BODY_LIMIT = 64 * 1024;

export function adminRoutes(
  app: FastifyInstance,
  { host, adminToken }: { readonly host: ModelHost; readonly adminToken: string },
): void {
  const options = {
    bodyLimit: BODY_LIMIT,
    onRequest: async (request: FastifyRequest) => {
      if (!showsToken(request.headers.authorization, adminToken))
        throw refuse(401, 'the admin token is missing or wrong');
    },
  };

  app.put<AdminPath>('/admin/models/:model/traffic', options, async ({ params, body }) => {
    await host.apply(nameOf(params), parse(TrafficPlanJson, body));
    return {};
  });

  app.get<AdminPath>('/admin/models/:model/traffic', options, async ({ params }) =>
    host.read(nameOf(params)),
  );

  app.post<AdminPath>('/admin/models/:model/lease', options, async ({ params, body }) => {
    const { step, leaseMs } = parse(LeaseRequest, body);
    return { renewed: host.renew(nameOf(params), step, leaseMs) };
  });
}

function nameOf({ model }: AdminPath['Params']): string {
  return check(ModelName, model);
}

function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(typeof body === 'string' ? body : '');
  } catch {
    throw new MergewayError('MW_REQUEST_INVALID', 'the body is not JSON');
  }
  return check(schema, value);
}

function check<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new MergewayError('MW_REQUEST_INVALID', z.prettifyError(result.error).slice(0, 2000));
}
