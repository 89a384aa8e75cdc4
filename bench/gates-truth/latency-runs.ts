/** Real timings for the latency gate: one model thrice in turns. */

import { onnxBackend } from '#adapters/onnx/backend.ts';
import { systemRandom } from '#adapters/system/random.ts';
import { bareCalls } from '#core/evaluation/latency.ts';
import { measureInTurns, type TurnPlan, type TurnSeries } from '#core/evaluation/turns.ts';
import type { LoadedModel, Tensor } from '#core/ports/model-backend.ts';
import { floats, onnxModel } from '#test/support/onnx.ts';

const WIDTH = 64;
const ROWS = 100;

/** Two products with a matrix of 64 × 64. */
const MODEL = onnxModel({
  inputs: [{ name: 'x', type: 'float', shape: ['rows', WIDTH] }],
  outputs: [{ name: 'y', type: 'float', shape: ['rows', WIDTH] }],
  nodes: [
    { op: 'MatMul', inputs: ['x', 'w'], outputs: ['h'] },
    { op: 'MatMul', inputs: ['h', 'w'], outputs: ['y'] },
  ],
  initializers: [
    {
      name: 'w',
      type: 'float',
      shape: [WIDTH, WIDTH],
      raw: floats(...Array.from({ length: WIDTH * WIDTH }, (_, index) => Math.sin(index) / WIDTH)),
    },
  ],
});

const INPUTS: readonly Readonly<Record<string, Tensor>>[] = Array.from({ length: ROWS }, (_, row) => ({
  x: {
    datatype: 'FP32',
    shape: [1, WIDTH],
    data: Float32Array.from({ length: WIDTH }, (_value, column) => Math.cos(row * column)),
  },
}));

export interface RealModels {
  measure(plan: Pick<TurnPlan, 'forMs' | 'settled'>): Promise<TurnSeries>;
  release(): Promise<void>;
}

/** `runs`: how often a call runs the model, some 7 µs each. */
export async function realModels(runs: number): Promise<RealModels> {
  const backend = onnxBackend();
  const models = await Promise.all([backend.load(MODEL), backend.load(MODEL), backend.load(MODEL)]);
  const [candidate, champion, again] = models;
  const clock = { now: () => performance.now() };
  const arm = (model: LoadedModel) => bareCalls({ rows: INPUTS, run: repeated(model, runs) }, clock);
  return {
    measure: (plan) =>
      measureInTurns(
        { candidate: arm(candidate), champion: arm(champion), again: arm(again) },
        { rows: ROWS, perTurn: 1, ...plan },
        { clock, random: systemRandom() },
      ),
    async release() {
      for (const model of models) await model.release();
    },
  };
}

function repeated(model: LoadedModel, runs: number) {
  return async (inputs: Readonly<Record<string, Tensor>>) => {
    for (let run = 0; run < runs; run++) await model.infer(inputs);
  };
}
