/** How a version's inputs are made of a request and its feature service; worked out, and refused, when the version is loaded. */

import type { Dtype } from '#core/config/features.ts';
import { MergewayError } from '#core/errors.ts';
import { type Binding, bind } from '#core/evaluation/binding.ts';
import { type Defaults, defaultsOf } from '#core/features/defaults.ts';
import type { Lookup } from '#core/features/online-lookup.ts';
import { type FeatureService, serviceOf } from '#core/features/service.ts';
import type { Datatype, LoadedModel } from '#core/ports/model-backend.ts';
import type { ServingSettings } from '#core/wire/serving-settings.ts';

/** Prepares the lookup of a service. */
export type LookupFactory = (service: FeatureService) => Lookup;

/** Extra outputs of an answer that tells how features were found. */
export const STATUS_OUTPUTS = { names: 'feature_names', statuses: 'feature_statuses' } as const;

export interface FeaturePlan {
  readonly service: FeatureService;
  readonly lookup: Lookup;
  readonly binding: Binding;
  readonly defaults: Defaults;
  /** Columns that the model can not do without. */
  readonly strict: ReadonlySet<string>;
  /** Each once, in the order of the views. */
  readonly joinKeys: readonly string[];
  /** Types of the columns that the service gives. */
  readonly provided: ReadonlyMap<string, Dtype>;
  /** Every name that an input of a request may have. */
  readonly names: ReadonlySet<string>;
}

/** MW_TRAFFIC_REFUSED when the server has no online store, or the service's columns do not fit the model. */
export function planFeatures(
  model: LoadedModel,
  settings: ServingSettings,
  lookupFor: LookupFactory | undefined,
): FeaturePlan | undefined {
  const { features, predict, serve } = settings;
  if (!features) return undefined;
  const whose = `model ${settings.model}`;
  if (!lookupFor) {
    throw new MergewayError(
      'MW_TRAFFIC_REFUSED',
      `${whose} needs features of ${features.service}, and this server has no online store (--online-store)`,
    );
  }
  const service = serviceOf(features.definitions, features.service);
  const binding = bind(model, predict, whose);
  const provided = new Map(service.outputs.map(({ column, dtype }) => [column, dtype]));
  refuseMisfits(binding, provided, whose);
  refuseTakenOutputs(model, whose);
  const joinKeys = [...new Set(service.views.flatMap((view) => view.joinKeys))];
  const names = new Set([
    ...binding.inputs.flatMap(({ name, columns }) => [name, ...columns]),
    ...joinKeys,
    ...service.requestFields.map(({ name }) => name),
    ...provided.keys(),
  ]);
  const defaults = fittingDefaults(service, serve.defaults, whose);
  const strict = strictColumns(binding, serve, defaults);
  return { service, lookup: lookupFor(service), binding, defaults, strict, joinKeys, provided, names };
}

const LENIENT: ReadonlySet<Datatype> = new Set(['FP16', 'FP32', 'FP64', 'BYTES']);

/** Numbers with a point have NaN and texts '' for what is missing; whole numbers and booleans have nothing. */
function strictColumns(
  { inputs }: Binding,
  { missing }: ServingSettings['serve'],
  defaults: Defaults,
): ReadonlySet<string> {
  const columns = inputs
    .filter(({ datatype }) => missing === 'refuse' || !LENIENT.has(datatype))
    .flatMap((input) => input.columns);
  return new Set(columns.filter((column) => !defaults.has(column)));
}

/** The same defaults as in training, or none of them. */
function fittingDefaults(
  service: FeatureService,
  given: ServingSettings['serve']['defaults'],
  whose: string,
): Defaults {
  try {
    return defaultsOf(service, given);
  } catch (cause) {
    if (!(cause instanceof MergewayError)) throw cause;
    throw new MergewayError('MW_TRAFFIC_REFUSED', `${whose}: serve.defaults: ${cause.message}`, { cause });
  }
}

function refuseMisfits({ inputs }: Binding, provided: ReadonlyMap<string, Dtype>, whose: string): void {
  for (const { name, datatype, columns } of inputs) {
    const misfit = columns.find((column) => !takes(datatype, provided.get(column)));
    if (misfit === undefined) continue;
    throw new MergewayError(
      'MW_TRAFFIC_REFUSED',
      `${whose}: feature ${misfit} is ${provided.get(misfit)}, and input ${name} takes ${datatype}`,
    );
  }
}

/** Text and times become numbers nowhere; all else is held to the input's range value by value. */
function takes(datatype: Datatype, dtype: Dtype | undefined): boolean {
  return datatype === 'BYTES' || (dtype !== 'String' && dtype !== 'UnixTimestamp');
}

function refuseTakenOutputs({ outputs }: LoadedModel, whose: string): void {
  const names: readonly string[] = Object.values(STATUS_OUTPUTS);
  const taken = outputs.find(({ name }) => names.includes(name));
  if (!taken) return;
  throw new MergewayError(
    'MW_TRAFFIC_REFUSED',
    `${whose}: its output ${taken.name} has the name of what says how features were found`,
  );
}
