/** What a version's serving settings mean for its model: how inputs are made of features, which columns a log names, and which it hides. */

import { MergewayError } from '#core/errors.ts';
import { type Binding, bind } from '#core/evaluation/binding.ts';
import { serviceOf } from '#core/features/service.ts';
import type { LoadedModel } from '#core/ports/model-backend.ts';
import { restrictedNames } from '#core/predictions/restricted.ts';
import type { ServingSettings } from '#core/wire/serving-settings.ts';
import { type FeaturePlan, type LookupFactory, planFeatures } from './features/feature-plan.ts';

export interface Prepared {
  readonly settings: ServingSettings;
  /** Absent: the version takes its ONNX inputs and nothing else. */
  readonly features?: FeaturePlan;
  /** Columns of the inputs; absent where the model does not take them as the settings say. */
  readonly binding?: Binding;
  /** Columns whose values are not written down, in lower case. */
  readonly restricted: ReadonlySet<string>;
}

/** MW_TRAFFIC_REFUSED, MW_MODEL_MISMATCH. */
export function prepare(
  model: LoadedModel,
  settings: ServingSettings,
  lookupFor: LookupFactory | undefined,
): Prepared {
  const features = planFeatures(model, settings, lookupFor);
  const binding = features?.binding ?? bindingOf(model, settings);
  const service = settings.features && serviceOf(settings.features.definitions, settings.features.service);
  return {
    settings,
    ...(features && { features }),
    ...(binding && { binding }),
    restricted: restrictedNames(settings.restricted, service),
  };
}

/** Without features nothing depends on it but the names in the log. */
function bindingOf(model: LoadedModel, { predict, model: name }: ServingSettings): Binding | undefined {
  try {
    return bind(model, predict, `model ${name}`);
  } catch (error) {
    if (error instanceof MergewayError) return undefined;
    throw error;
  }
}
