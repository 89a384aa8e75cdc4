/** Errors as HTTP answers: `{"error": "<sentence>"}`, as the Open Inference Protocol has it. Unknown errors say nothing of the inside. */

import type { FastifyReply } from 'fastify';
import { type ErrorCode, MergewayError } from '#core/errors.ts';
import { errorText, type Log } from './log.ts';

const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  MW_REQUEST_INVALID: 400,
  MW_FEATURES_MISSING: 422,
  MW_MODEL_NOT_SERVED: 404,
  MW_TRAFFIC_REFUSED: 409,
  MW_INFERENCE_FAILED: 500,
  MW_MODEL_NOT_READY: 503,
  MW_PART_STORE: 503,
  MW_SERVER_OVERLOADED: 503,
  MW_ONLINE_STORE_DAMAGED: 503,
  MW_ONLINE_STORE_UNREACHABLE: 503,
};

interface HttpError extends Error {
  readonly statusCode: number;
}

/** An error that is answered with this status and sentence. */
export function refuse(statusCode: number, message: string): HttpError {
  return Object.assign(new Error(message), { statusCode });
}

/** The status that an error is answered with. */
export function statusOf(error: unknown): number {
  if (error instanceof MergewayError) return STATUS[error.code] ?? 500;
  const status = (error as { readonly statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}

export function sendError(reply: FastifyReply, error: unknown, log: Log): FastifyReply {
  const status = statusOf(error);
  const isOurs = error instanceof MergewayError || status < 500;
  if (!isOurs) log('error', 'a request failed for an unknown reason', { reason: errorText(error) });
  if (status === 503) reply.header('retry-after', '1');
  return reply.code(status).send({ error: isOurs ? errorText(error) : 'internal error' });
}
