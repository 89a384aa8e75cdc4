/** The process of footprint.ts: answers one question and ends. The runtime's library is loaded before anything is measured. */

import { readFile } from 'node:fs/promises';
import { onnxBackend } from './backend.ts';
import type { FootprintAnswer, FootprintQuestion } from './footprint.ts';

const BYTES_PER_KIB = 1024;

process.once('message', (question: FootprintQuestion) => {
  measure(question).then(answer, (cause) => answer({ error: String(cause?.message ?? cause).slice(0, 300) }));
});

function answer(found: FootprintAnswer): void {
  process.send?.(found, () => process.disconnect());
}

async function measure({ file, rows }: FootprintQuestion): Promise<FootprintAnswer> {
  await import('onnxruntime-node');
  const before = process.resourceUsage().maxRSS;
  const bytes = await readFile(file);
  const start = performance.now();
  const model = await onnxBackend().load(bytes, { threads: 1 });
  const loadMs = performance.now() - start;
  for (const row of rows) await model.infer(row);
  return { loadMs, memoryBytes: (process.resourceUsage().maxRSS - before) * BYTES_PER_KIB };
}
