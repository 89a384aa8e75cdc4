/** `ModelBackend` for tests: models are functions, found by the text of their bytes. */

import { MergewayError } from '#core/errors.ts';
import type { LoadedModel, ModelBackend, Tensor, TensorInfo } from '#core/ports/model-backend.ts';

export interface FunctionModel {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** What the model computes; an error becomes MW_INFERENCE_FAILED. */
  readonly run: (inputs: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>;
}

/** A backend for these models; the bytes of a model are its name in UTF-8. Every other content is MW_MODEL_INVALID. */
export function memoryModelBackend(models: Readonly<Record<string, FunctionModel>>): ModelBackend {
  return {
    async load(bytes) {
      const name = new TextDecoder().decode(bytes);
      const model = models[name];
      if (!model) throw new MergewayError('MW_MODEL_INVALID', `no model is called ${JSON.stringify(name)}`);
      return loaded(model);
    },
  };
}

function loaded({ inputs, outputs, run }: FunctionModel): LoadedModel {
  let released = false;
  return {
    inputs,
    outputs,
    async infer(given) {
      if (released) throw new MergewayError('MW_INFERENCE_FAILED', 'the model was unloaded');
      for (const { name, datatype } of inputs) {
        const tensor = given[name];
        if (!tensor) throw new MergewayError('MW_INFERENCE_FAILED', `input ${name} is missing`);
        if (tensor.datatype !== datatype)
          throw new MergewayError(
            'MW_INFERENCE_FAILED',
            `input ${name} is ${tensor.datatype}, not ${datatype}`,
          );
      }
      try {
        return run(given);
      } catch (cause) {
        throw new MergewayError(
          'MW_INFERENCE_FAILED',
          cause instanceof Error ? cause.message : String(cause),
        );
      }
    },
    async release() {
      released = true;
    },
  };
}
