/** One POST over kept connections; only the status of the answer matters. */

import { type Agent, request } from 'node:http';
import { MergewayError } from '#core/errors.ts';

const TIMEOUT_MS = 60_000;

/** Ends with the last byte of the answer. MW_MEASUREMENT_FAILED for anything but 200. */
export function post(url: string, body: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string, cause?: unknown) =>
      reject(new MergewayError('MW_MEASUREMENT_FAILED', `POST ${new URL(url).pathname}: ${why}`, { cause }));
    const sent = request(url, { method: 'POST', agent, timeout: TIMEOUT_MS }, (answer) => {
      let start = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        if (start.length < 300) start += chunk;
      });
      answer.once('error', (cause) => fail('the answer broke off', cause));
      answer.once('end', () => {
        if (answer.statusCode === 200) resolve();
        else fail(`${answer.statusCode} ${start.slice(0, 300)}`);
      });
    });
    sent.once('timeout', () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    sent.once('error', (cause) => fail(cause.message, cause));
    sent.end(body);
  });
}
