/**
 * `ModelBackend` on onnxruntime-node, CPU. Its `run()` blocks the calling thread (docs: design §7.3), so callers batch.
 * Threads are always set: the runtime counts the host's cores, blind to a container's quota, and spins while idle.
 */

import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { inspectOnnx } from '#core/candidate/onnx-file.ts';
import { MergewayError } from '#core/errors.ts';
import type { LoadedModel, ModelBackend, Tensor, TensorInfo } from '#core/ports/model-backend.ts';
import { sentenceOf } from './sentence.ts';
import { datatypeOf, fromOrt, toOrt } from './tensors.ts';

type Ort = typeof import('onnxruntime-node');

/** Logs of the runtime that reach stderr: 4 = fatal only; errors come back as exceptions. */
const LOG_FATAL = 4;

/** Runs ONNX models in this process. The native library is loaded with the first model. */
export function onnxBackend(): ModelBackend {
  return {
    async load(bytes, { threads = 1 } = {}) {
      inspectOnnx(bytes);
      const ort = await import('onnxruntime-node');
      const session = await openSession(ort, bytes, threads);
      try {
        return loaded(ort, session, threads);
      } catch (error) {
        await session.release();
        throw error;
      }
    },
  };
}

async function openSession(ort: Ort, bytes: Uint8Array, threads: number): Promise<InferenceSession> {
  const options = {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: LOG_FATAL,
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  } as const;
  try {
    return await ort.InferenceSession.create(bytes, options);
  } catch (cause) {
    throw new MergewayError('MW_MODEL_INVALID', `onnxruntime refuses the model: ${sentenceOf(cause)}`, {
      cause,
    });
  }
}

function loaded(ort: Ort, session: InferenceSession, threads: number): LoadedModel {
  const inputs = session.inputMetadata.map((value) => describe('input', value));
  const outputs = session.outputMetadata.map((value) => describe('output', value));
  let released = false;

  async function infer(given: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>> {
    if (released) throw new MergewayError('MW_INFERENCE_FAILED', 'the model was unloaded');
    const feeds: Record<string, OrtTensor> = {};
    try {
      for (const [name, tensor] of Object.entries(given)) feeds[name] = toOrt(ort.Tensor, name, tensor);
      const results = await session.run(feeds);
      return Object.fromEntries(outputs.map(({ name }) => [name, fromOrt(results[name] as OrtTensor)]));
    } catch (cause) {
      if (cause instanceof MergewayError) throw cause;
      throw new MergewayError('MW_INFERENCE_FAILED', sentenceOf(cause), { cause });
    }
  }

  async function release(): Promise<void> {
    if (released) return;
    released = true;
    await session.release();
  }

  return { inputs, outputs, ...(threads === 1 && { computesInThread: true }), infer, release };
}

function describe(side: 'input' | 'output', value: InferenceSession.ValueMetadata): TensorInfo {
  if (!value.isTensor) {
    throw new MergewayError(
      'MW_MODEL_INVALID',
      `${side} ${value.name} is a sequence or map, not a tensor; export the model with zipmap=False`,
    );
  }
  const datatype = datatypeOf(value.type);
  if (!datatype) {
    throw new MergewayError(
      'MW_MODEL_INVALID',
      `${side} ${value.name} has the unsupported type ${value.type}`,
    );
  }
  const shape = value.shape.map((size) => (typeof size === 'number' ? size : -1));
  return { name: value.name, datatype, shape };
}
