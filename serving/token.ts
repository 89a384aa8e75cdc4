/** Bearer tokens of requests. */

import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares digests, so that neither length nor content shows in the time it takes. */
export function showsToken(authorization: string | undefined, token: string): boolean {
  const shown = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(sha256(shown), sha256(token));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
