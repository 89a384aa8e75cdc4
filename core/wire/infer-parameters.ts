/** The parameters of an inference request that have an effect. All others are accepted and have none, as the protocol allows. */

import { microsOf } from '../expression/types.ts';
import type { Parameters } from './oip.ts';
import { invalid, show } from './tensor-json.ts';

/** Clocks differ; a prediction for further in the future could not be told from a wrong unit. Microseconds. */
const MOST_AHEAD = 60_000_000n;

export interface InferParameters {
  /** `event_timestamp`: the time that the prediction is for, microseconds since 1970; absent: now. */
  readonly eventTime?: bigint;
  /** `feature_statuses`: the answer says how each feature was found. */
  readonly featureStatuses: boolean;
  /** `synthetic`: a probe or a load test; it is answered and not logged. */
  readonly synthetic: boolean;
}

const NONE: InferParameters = { featureStatuses: false, synthetic: false };

/** `now`: microseconds since 1970. MW_REQUEST_INVALID names the parameter. */
export function readParameters(parameters: Parameters | undefined, now: () => bigint): InferParameters {
  if (parameters === undefined) return NONE;
  const { event_timestamp: time, feature_statuses: statuses, synthetic } = parameters;
  return {
    ...(time === undefined ? {} : { eventTime: eventTime(time, now()) }),
    featureStatuses: flag('feature_statuses', statuses),
    synthetic: flag('synthetic', synthetic),
  };
}

function eventTime(given: Parameters[string], now: bigint): bigint {
  const time = typeof given === 'string' ? microsOf(given) : undefined;
  if (time === undefined) {
    throw invalid(
      `parameter event_timestamp is ${show(given)}, expected a time in ISO 8601, such as 2013-06-01T12:00:00Z`,
    );
  }
  if (time <= now + MOST_AHEAD) return time;
  throw invalid(`parameter event_timestamp is ${show(given)}, more than a minute in the future`);
}

function flag(name: string, given: Parameters[string] | undefined): boolean {
  if (given === undefined || typeof given === 'boolean') return given ?? false;
  throw invalid(`parameter ${name} is ${show(given)}, expected true or false`);
}
