/**
 * A request against champion and canary when features are in play. The champion decides what a mistake of the client is: a canary
 * that can't make its inputs where the champion can has failed.
 */

import { MergewayError } from '#core/errors.ts';
import type { Tensor } from '#core/ports/model-backend.ts';
import { checkInputs, type InferRequest } from '#core/wire/oip.ts';
import { statusOf } from '../refusal.ts';
import type { ServedVersion } from '../served-version.ts';
import { type Assembled, assemble, checkGiven } from './assemble.ts';
import { STATUS_OUTPUTS } from './feature-plan.ts';

export type Made = Assembled;

/** What shows without a lookup to be no request of this version. MW_REQUEST_INVALID. */
export function checkContract({ loaded, prepared }: ServedVersion, { inputs }: InferRequest): void {
  if (prepared?.features) checkGiven(prepared.features, inputs);
  else checkInputs(inputs, loaded.model.inputs);
}

/** The inputs of the arm that answers, after `checkContract`: what the champion can't make either is the client's mistake, else the canary failed. MW_INFERENCE_FAILED. */
export async function inputsOfArm(
  { served, contract }: { readonly served: ServedVersion; readonly contract: ServedVersion },
  request: InferRequest,
  at: bigint,
): Promise<Made> {
  if (served === contract) return inputsOf(contract, request, at);
  try {
    const own = { ...request, inputs: withoutKeys({ served, contract }, request.inputs) };
    if (!served.prepared?.features) checkInputs(own.inputs, served.loaded.model.inputs);
    return await inputsOf(served, own, at);
  } catch (cause) {
    if (statusOf(cause) >= 500) throw cause;
    await inputsOf(contract, request, at);
    throw brokenContract(served, cause);
  }
}

/** What only the champion looks features up by is nothing that the canary must know. */
function withoutKeys(
  { served, contract }: { readonly served: ServedVersion; readonly contract: ServedVersion },
  inputs: InferRequest['inputs'],
): InferRequest['inputs'] {
  if (!contract.prepared?.features) return inputs;
  const promised = new Set(contract.loaded.model.inputs.map(({ name }) => name));
  const known = served.prepared?.features?.names;
  return new Map([...inputs].filter(([name]) => promised.has(name) || known?.has(name)));
}

/** The inputs that a version makes of a request. MW_REQUEST_INVALID, MW_FEATURES_MISSING, MW_ONLINE_STORE_UNREACHABLE. */
export async function inputsOf(
  { loaded, prepared }: ServedVersion,
  { inputs }: InferRequest,
  at: bigint,
): Promise<Made> {
  if (!prepared?.features) return { inputs: Object.fromEntries(inputs) };
  const made = await assemble(prepared.features, inputs, at);
  checkInputs(new Map(Object.entries(made.inputs)), loaded.model.inputs);
  return made;
}

/** The canary does not do what the champion does. */
export function brokenContract({ version }: ServedVersion, cause: unknown): MergewayError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new MergewayError(
    'MW_INFERENCE_FAILED',
    `version ${version} does not take and give what the champion does: ${why}`,
    { cause },
  );
}

/** How each feature was found, as outputs of the answer: names [k] and, row by row, statuses [n, k]. */
export function statusOutputs({ found }: Made): readonly (readonly [string, Tensor])[] {
  if (!found) return [];
  const named = Object.entries(found.statuses);
  const names = named.map(([name]) => name);
  const data = Array.from({ length: found.rows }, (_, row) =>
    named.map(([, statuses]) => statuses[row] ?? ''),
  );
  return [
    [STATUS_OUTPUTS.names, { datatype: 'BYTES', shape: [names.length], data: names }],
    [STATUS_OUTPUTS.statuses, { datatype: 'BYTES', shape: [found.rows, names.length], data: data.flat() }],
  ];
}
