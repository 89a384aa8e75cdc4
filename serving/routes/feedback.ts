/** Late labels (core/wire/feedback.ts). They are answered when they are on the disk; ids that nobody here knows may be another replica's. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type FeedbackItem, parseFeedback, parseFeedbackOfModel } from '#core/wire/feedback.ts';
import type { ModelHost } from '../host.ts';
import type { PredictionLog } from '../prediction-log/prediction-log.ts';
import { refuse } from '../refusal.ts';
import { showsToken } from '../token.ts';

interface FeedbackPath {
  Params: { readonly model: string };
  Body: unknown;
}

interface FeedbackDeps {
  readonly host: ModelHost;
  readonly predictionLog?: PredictionLog | undefined;
  /** Asked for on every request; absent: anybody may send labels. */
  readonly feedbackToken?: string | undefined;
}

const BODY_LIMIT = 2 * 2 ** 20;

export function feedbackRoutes(app: FastifyInstance, deps: FeedbackDeps): void {
  const options = {
    bodyLimit: BODY_LIMIT,
    onRequest: async (request: FastifyRequest) => admit(deps, request),
  };

  app.post<FeedbackPath>('/v2/models/:model/feedback', options, async ({ params, body }, reply) => {
    deps.host.model(params.model);
    return take(deps, { model: params.model, feedback: parseFeedback(textOf(body)) }, reply);
  });

  app.post('/feedback', options, async ({ body }, reply) => {
    const given = parseFeedbackOfModel(textOf(body));
    deps.host.model(given.model);
    return take(deps, given, reply);
  });
}

function admit({ predictionLog, feedbackToken }: FeedbackDeps, { headers }: FastifyRequest): void {
  if (feedbackToken !== undefined && !showsToken(headers.authorization, feedbackToken)) {
    throw refuse(401, 'the feedback token is missing or wrong');
  }
  if (!predictionLog) {
    throw refuse(404, 'this server keeps no prediction log; it is started with --prediction-log');
  }
}

async function take(
  { host, predictionLog }: FeedbackDeps,
  { model, feedback }: { readonly model: string; readonly feedback: readonly FeedbackItem[] },
  reply: FastifyReply,
): Promise<FastifyReply> {
  const labels = feedback.map(({ prediction_id: predictionId, row, label, time }) => ({
    predictionId,
    row,
    label,
    time: time ?? null,
  }));
  await predictionLog?.feedback(model, labels, host.model(model).versions());
  return reply.code(202).send({ accepted: labels.length });
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : '';
}
