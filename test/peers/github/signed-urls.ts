// Short-lived addresses for downloads and uploads, as GitHub's blob storage has them: whoever holds one may use it for a minute.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const key = randomBytes(32);
const DOWNLOAD_LIFE_MS = 60_000;

/** The path with an expiry and a signature. */
export function signPath(path: string, lifeMs = DOWNLOAD_LIFE_MS): string {
  const se = Date.now() + lifeMs;
  return `${path}?se=${se}&sig=${sign(`${path} ${se}`)}`;
}

/** Whether the address was made by `signPath` and still lives. */
export function isSigned(url: URL): boolean {
  const se = url.searchParams.get('se') ?? '';
  const given = Buffer.from(url.searchParams.get('sig') ?? '');
  const right = Buffer.from(sign(`${url.pathname} ${se}`));
  return given.length === right.length && timingSafeEqual(given, right) && Number(se) > Date.now();
}

function sign(text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}
