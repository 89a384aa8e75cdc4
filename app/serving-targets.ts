/**
 * Where the admin token goes. A repository's mergeway.yaml names its serving targets, so whoever may merge there would
 * choose who receives the token. The operator lists the origins that may; without a list only this machine may.
 */

import { servingTraffic } from '#adapters/serving/traffic.ts';
import { MergewayError } from '#core/errors.ts';
import type { Traffic } from '#core/ports/traffic.ts';

export interface TargetRules {
  readonly adminToken: string;
  /** Allowed origins; undefined allows those of this machine. */
  readonly servingOrigins?: readonly string[] | undefined;
}

/** Traffic of the target at a base URL; every call is MW_TRAFFIC_REFUSED when its origin is not allowed. */
export function servingTargets({ adminToken, servingOrigins }: TargetRules): (url: string) => Traffic {
  return (url) => {
    const address = new URL(url);
    const isAllowed = servingOrigins?.includes(address.origin) ?? LOOPBACK.includes(address.hostname);
    return isAllowed ? servingTraffic({ url, token: adminToken }) : refusing(address.origin);
  };
}

/** Names of this machine, as URLs have them. */
const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

function refusing(origin: string): Traffic {
  const refuse = async (): Promise<never> => {
    throw new MergewayError(
      'MW_TRAFFIC_REFUSED',
      `${origin} is not among MERGEWAY_SERVING_ORIGINS of the App, so the admin token is not sent there`,
    );
  };
  return { apply: refuse, renew: refuse, read: refuse };
}
