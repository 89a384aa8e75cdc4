/**
 * Inference (Open Inference Protocol V2). The champion's inputs and outputs are the contract: a request that breaks it is the
 * client's mistake (400) whatever the arm. A canary that can not answer a request of the contract failed, and that is counted.
 */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MergewayError } from '#core/errors.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Tensor } from '#core/ports/model-backend.ts';
import {
  checkInputs,
  checkOutputs,
  checkPromised,
  type InferRequest,
  parseInferRequest,
  unevenRows,
  writeInferResponse,
} from '#core/wire/oip.ts';
import type { Batcher } from '../batch/batcher.ts';
import type { ModelHost } from '../host.ts';
import type { Metrics } from '../metrics.ts';
import { refuse, statusOf } from '../refusal.ts';
import type { Ticket } from '../ticket.ts';

interface InferPath {
  Params: { readonly model: string; readonly version?: string };
  Body: unknown;
}

interface InferDeps {
  readonly host: ModelHost;
  readonly batcher: Batcher;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** Splits traffic by a stable key where the client sends one. */
const KEY_HEADER = 'x-mergeway-key';
const VERSION_HEADER = 'x-mergeway-version';

export function inferRoutes(app: FastifyInstance, deps: InferDeps): void {
  for (const path of ['/v2/models/:model/infer', '/v2/models/:model/versions/:version/infer']) {
    app.post<InferPath>(path, async (request, reply) => {
      const { params } = request;
      const startedAt = deps.clock.now();
      const ticket = deps.host.take(params.model, { version: params.version, key: keyOf(request) });
      let status = 200;
      try {
        if (ticket.version !== undefined) reply.header(VERSION_HEADER, ticket.version);
        const answer = await answerRequest(ticket, bodyOf(request), params.model, deps.batcher);
        return reply.type('application/json').send(answer);
      } catch (error) {
        status = statusOf(error);
        throw error;
      } finally {
        ticket.release();
        const seconds = (deps.clock.now() - startedAt) / 1000;
        const { version = '', arm } = ticket;
        deps.metrics.observe({ model: params.model, version, arm, status, seconds });
      }
    });
  }
}

async function answerRequest(ticket: Ticket, body: string, model: string, batcher: Batcher): Promise<string> {
  const request = parseInferRequest(body);
  checkInputs(request.inputs, ticket.contract.inputs);
  checkOutputs(request.outputs, ticket.contract.outputs);
  const inputs = Object.fromEntries(request.inputs);

  try {
    checkVersion(ticket, request);
    const { outputs, chargedMs } = await batcher.run(ticket.model, inputs);
    const answer = writeInferResponse({
      model,
      version: ticket.version,
      id: request.id,
      outputs: wanted(ticket, request, outputs),
    });
    ticket.count({ failed: false, slow: chargedMs > ticket.slowMs });
    return answer;
  } catch (error) {
    if (!isFailure(error)) throw error;
    await refuseUnevenRows(ticket, request, batcher);
    ticket.count({ failed: true, slow: false });
    throw error;
  }
}

/** A client's mistake and a full queue say nothing about the arm; all else, errors that nobody thought of too, is its failure. */
function isFailure(error: unknown): boolean {
  return statusOf(error) === 500;
}

/**
 * Whether inputs must have equally many rows does not show in their declared shapes: some models spread one row over all. So
 * uneven rows are the client's mistake (400) when the run failed, and the champion fails on them as well.
 */
async function refuseUnevenRows(ticket: Ticket, { inputs }: InferRequest, batcher: Batcher): Promise<void> {
  const uneven = unevenRows(inputs, ticket.contract.inputs);
  if (uneven === undefined) return;
  if (ticket.model !== ticket.contract) {
    try {
      await batcher.run(ticket.contract, Object.fromEntries(inputs));
      return;
    } catch (error) {
      if (!isFailure(error)) throw error;
    }
  }
  throw new MergewayError(
    'MW_REQUEST_INVALID',
    `the inputs have different numbers of rows (${uneven}), and the model can not run on them`,
  );
}

/** The request fits the champion; a canary that it does not fit, or that gives other outputs, has broken the contract. */
function checkVersion(ticket: Ticket, request: InferRequest): void {
  if (ticket.model === ticket.contract) return;
  try {
    checkInputs(request.inputs, ticket.model.inputs);
    checkPromised(request.outputs, ticket.contract.outputs, ticket.model.outputs);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MergewayError(
      'MW_INFERENCE_FAILED',
      `version ${ticket.version} does not take and give what the champion does: ${why}`,
      { cause },
    );
  }
}

function wanted(
  ticket: Ticket,
  request: InferRequest,
  outputs: Readonly<Record<string, Tensor>>,
): readonly (readonly [string, Tensor])[] {
  const names = request.outputs ?? ticket.model.outputs.map(({ name }) => name);
  return names.map((name) => [name, outputs[name] as Tensor]);
}

function keyOf({ headers }: FastifyRequest<InferPath>): string | undefined {
  const key = headers[KEY_HEADER];
  return typeof key === 'string' && key !== '' ? key : undefined;
}

function bodyOf({ headers, body }: FastifyRequest<InferPath>): string {
  if (headers['inference-header-content-length'] !== undefined) {
    throw refuse(400, 'Inference-Header-Content-Length: binary tensor data is not supported, send JSON only');
  }
  return typeof body === 'string' ? body : '';
}
