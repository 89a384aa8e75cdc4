/**
 * How many bytes of request bodies the server holds at one time. The limit on one body is no limit on thousands of them. What counts
 * is what arrived, not what was announced: a client that announces much and sends slowly keeps nobody out.
 */

import { getHeapStatistics } from 'node:v8';
import type { FastifyInstance } from 'fastify';
import { MergewayError } from '#core/errors.ts';

/** A parsed body takes several times the memory of its text. */
const SHARE_OF_HEAP = 1 / 8;

/** Refuses bodies with 503 while `budget` bytes of others are being read or answered. MW_SERVER_OVERLOADED. */
export function admitBodies(
  app: FastifyInstance,
  budget = getHeapStatistics().heap_size_limit * SHARE_OF_HEAP,
): void {
  let total = 0;

  app.addHook('preParsing', (_request, reply, payload, done) => {
    let held = 0;
    let refused = false;
    const letGo = () => {
      total -= held;
      held = 0;
    };
    payload.on('data', (chunk: string | Buffer) => {
      if (refused || reply.raw.closed) return;
      held += chunk.length;
      total += chunk.length;
      if (total <= budget) return;
      refused = true;
      letGo();
      reply.header('connection', 'close');
      payload.emit('error', overloaded(budget));
    });
    reply.raw.once('close', letGo);
    done(null, payload);
  });
}

function overloaded(budget: number): MergewayError {
  const mebibytes = Math.floor(budget / 2 ** 20);
  return new MergewayError('MW_SERVER_OVERLOADED', `${mebibytes} MiB of requests are being answered already`);
}
