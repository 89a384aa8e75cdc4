/** The dashboard's optional token: as a bearer token, or as the password of HTTP Basic, which browsers can ask for. */

import { createHash, timingSafeEqual } from 'node:crypto';

export function isAllowed(authorization: string | undefined, token: string): boolean {
  const [scheme = '', credentials = ''] = (authorization ?? '').split(' ');
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return equal(credentials, token);
    case 'basic':
      return equal(passwordOf(credentials), token);
    default:
      return false;
  }
}

function passwordOf(credentials: string): string {
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
}

/** Hashes have one length, which the comparison in constant time needs. */
function equal(a: string, b: string): boolean {
  return timingSafeEqual(hash(a), hash(b));
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
