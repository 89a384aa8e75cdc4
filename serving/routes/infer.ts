/**
 * Inference (Open Inference Protocol V2). The champion's inputs and outputs are the contract: a request that breaks it is the
 * client's mistake (400) whatever the arm. A canary that can not answer a request of the contract failed, and that is counted.
 */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MergewayError } from '#core/errors.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Tensor } from '#core/ports/model-backend.ts';
import { type InferParameters, readParameters } from '#core/wire/infer-parameters.ts';
import {
  checkOutputs,
  checkPromised,
  type InferRequest,
  parseInferRequest,
  unevenRows,
  writeInferResponse,
} from '#core/wire/oip.ts';
import type { Batcher } from '../batch/batcher.ts';
import type { Tensors } from '../batch/stack.ts';
import {
  brokenContract,
  checkContract,
  inputsOf,
  inputsOfArm,
  type Made,
  statusOutputs,
} from '../features/feature-request.ts';
import type { ModelHost } from '../host.ts';
import type { Metrics } from '../metrics.ts';
import type { Place, PredictionLog } from '../prediction-log/prediction-log.ts';
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
  /** Monotonic, ms. */
  readonly clock: Clock;
  /** Of the day, ms since 1970. */
  readonly wall: Clock;
  /** Absent: predictions are not logged. */
  readonly predictionLog?: PredictionLog | undefined;
}

/** A request on its way through. */
interface Call {
  readonly ticket: Ticket;
  readonly model: string;
  readonly request: InferRequest;
  readonly parameters: InferParameters;
  /** The time that the prediction is for, microseconds since 1970. */
  readonly at: bigint;
}

interface Answered {
  readonly made: Made;
  readonly outputs: Tensors;
  /** JSON of the answer. */
  readonly body: string;
  readonly place?: Place | undefined;
}

/** Splits traffic by a stable key where the client sends one. */
const KEY_HEADER = 'x-mergeway-key';
const VERSION_HEADER = 'x-mergeway-version';
const PREDICTION_HEADER = 'x-mergeway-prediction-id';
const SYNTHETIC_HEADER = 'x-mergeway-synthetic';

export function inferRoutes(app: FastifyInstance, deps: InferDeps): void {
  for (const path of ['/v2/models/:model/infer', '/v2/models/:model/versions/:version/infer']) {
    app.post<InferPath>(path, async (request, reply) => {
      const { params, headers } = request;
      const startedAt = deps.clock.now();
      const ticket = deps.host.take(params.model, { version: params.version, key: keyOf(request) });
      let status = 200;
      try {
        const { version } = ticket.served;
        if (version !== undefined) reply.header(VERSION_HEADER, version);
        const call = callOf(ticket, request, deps);
        const answered = await answerCall(call, deps);
        if (answered.place) reply.header(PREDICTION_HEADER, answered.place.id);
        reply.type('application/json').send(answered.body);
        const latencyMs = deps.clock.now() - startedAt;
        if (answered.place)
          log(answered.place, call, { ...answered, latencyMs, traceparent: headers.traceparent });
        return reply;
      } catch (error) {
        status = statusOf(error);
        throw error;
      } finally {
        ticket.release();
        const seconds = (deps.clock.now() - startedAt) / 1000;
        const { arm, served } = ticket;
        deps.metrics.observe({ model: params.model, version: served.version ?? '', arm, status, seconds });
      }
    });
  }

  function log(
    place: Place,
    { ticket, request, at }: Call,
    {
      made,
      outputs,
      latencyMs,
      traceparent,
    }: Answered & { readonly latencyMs: number; readonly traceparent: unknown },
  ): void {
    const { served, arm } = ticket;
    deps.predictionLog?.write(place, {
      served,
      arm,
      given: request.inputs,
      made,
      outputs,
      at,
      latencyMs,
      traceparent,
    });
  }
}

function callOf(ticket: Ticket, http: FastifyRequest<InferPath>, { wall }: InferDeps): Call {
  const request = parseInferRequest(bodyOf(http));
  const now = () => BigInt(Math.floor(wall.now())) * 1000n;
  const given = readParameters(request.parameters, now);
  const synthetic = given.synthetic || http.headers[SYNTHETIC_HEADER] === 'true';
  return {
    ticket,
    model: http.params.model,
    request,
    parameters: { ...given, synthetic },
    at: given.eventTime ?? now(),
  };
}

async function answerCall(call: Call, deps: InferDeps): Promise<Answered> {
  const { ticket, request } = call;
  const { served, contract } = ticket;
  checkContract(contract, request);
  checkOutputs(request.outputs, contract.loaded.model.outputs);

  try {
    const lookedAt = deps.clock.now();
    const made = await inputsOfArm(ticket, request, call.at);
    const lookupMs = deps.clock.now() - lookedAt;
    if (served !== contract) checkGives(ticket, request);
    const { outputs, chargedMs } = await deps.batcher.run(served.loaded.model, made.inputs);
    const answered = writeAnswer(call, { made, outputs }, deps);
    ticket.count({ failed: false, slow: lookupMs + chargedMs > ticket.slowMs });
    return answered;
  } catch (error) {
    if (!isFailure(error)) throw error;
    await refuseUnevenRows(call, deps.batcher);
    ticket.count({ failed: true, slow: false });
    throw error;
  }
}

function writeAnswer(
  { ticket, model, request, parameters }: Call,
  { made, outputs }: { readonly made: Made; readonly outputs: Tensors },
  { predictionLog }: InferDeps,
): Answered {
  const { served } = ticket;
  const statuses = parameters.featureStatuses ? statusOutputs(made) : [];
  const write = (id: string | undefined) =>
    writeInferResponse({
      model,
      version: served.version,
      id,
      outputs: [...wanted(ticket, request, outputs), ...statuses],
    });
  // A model whose outputs have no JSON form fails before it takes a place in the log.
  if (!predictionLog) return { made, outputs, body: write(request.id) };
  const draft = request.id === undefined ? undefined : write(request.id);
  const place = predictionLog.take(model, served, parameters);
  return { made, outputs, body: draft ?? write(place?.id), place };
}

/** A client's mistake and a full queue say nothing about the arm; all else, errors that nobody thought of too, is its failure. */
function isFailure(error: unknown): boolean {
  return statusOf(error) === 500;
}

/**
 * Whether inputs must have equally many rows does not show in their declared shapes: some models spread one row over all. So
 * uneven rows are the client's mistake (400) when the run failed, and the champion fails on them as well.
 */
async function refuseUnevenRows({ ticket, request, at }: Call, batcher: Batcher): Promise<void> {
  const { served, contract } = ticket;
  const { model } = contract.loaded;
  const { inputs } = await inputsOf(contract, request, at);
  const uneven = unevenRows(new Map(Object.entries(inputs)), model.inputs);
  if (uneven === undefined) return;
  if (served !== contract) {
    try {
      await batcher.run(model, inputs);
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

/** A canary that gives other outputs than the champion has broken the contract. */
function checkGives({ served, contract }: Ticket, { outputs }: InferRequest): void {
  try {
    checkPromised(outputs, contract.loaded.model.outputs, served.loaded.model.outputs);
  } catch (cause) {
    throw brokenContract(served, cause);
  }
}

function wanted(
  { served }: Ticket,
  request: InferRequest,
  outputs: Tensors,
): readonly (readonly [string, Tensor])[] {
  const names = request.outputs ?? served.loaded.model.outputs.map(({ name }) => name);
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
