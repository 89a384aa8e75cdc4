import { onnxFootprint } from '#adapters/onnx/footprint.ts';
import { footprintContract } from '#test/contracts/footprint.ts';
import { addModel } from '#test/support/onnx.ts';

footprintContract('onnxruntime', () => ({
  meter: onnxFootprint(),
  model: addModel(2),
  row: { x: { datatype: 'FP32', shape: [1, 1], data: Float32Array.of(1) } },
  broken: Buffer.from('hello'),
}));
