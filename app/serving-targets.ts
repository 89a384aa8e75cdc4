/**
 * Where the admin token goes. A repository's mergeway.yaml names its serving targets, so whoever may merge there
 * chooses who receives the token, unless the operator lists the origins that may.
 */

import { servingTraffic } from '#adapters/serving/traffic.ts';
import { MergewayError } from '#core/errors.ts';
import type { Traffic } from '#core/ports/traffic.ts';

export interface TargetRules {
  readonly adminToken: string;
  /** Allowed origins; undefined allows all. */
  readonly servingOrigins?: readonly string[] | undefined;
}

/** Traffic of the target at a base URL; every call is MW_TRAFFIC_REFUSED when its origin is not allowed. */
export function servingTargets({ adminToken, servingOrigins }: TargetRules): (url: string) => Traffic {
  return (url) => {
    const { origin } = new URL(url);
    if (!servingOrigins || servingOrigins.includes(origin)) return servingTraffic({ url, token: adminToken });
    return refusing(`${origin} is not among MERGEWAY_SERVING_ORIGINS, so the admin token is not sent there`);
  };
}

function refusing(reason: string): Traffic {
  const refuse = async (): Promise<never> => {
    throw new MergewayError('MW_TRAFFIC_REFUSED', reason);
  };
  return { apply: refuse, renew: refuse, read: refuse };
}
