/** What the models of further seeds are called in a training's output and in the artifact that hands it over. */

/** `seed-1.onnx`; `seed`: from 1. */
export function seedFile(seed: number): string {
  return `seed-${seed}.onnx`;
}
