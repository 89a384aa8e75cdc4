/** `FootprintMeter` on onnxruntime: a new process loads the model's file and runs it (footprint-process.ts). */

import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MergewayError } from '#core/errors.ts';
import type { Footprint, FootprintMeter } from '#core/ports/footprint.ts';
import type { Tensor } from '#core/ports/model-backend.ts';

const PROCESS = fileURLToPath(new URL('./footprint-process.ts', import.meta.url));
const TIMEOUT_MS = 120_000;

/** What the process is asked. */
export interface FootprintQuestion {
  readonly file: string;
  readonly rows: readonly Readonly<Record<string, Tensor>>[];
}

export type FootprintAnswer = Footprint | { readonly error: string };

export function onnxFootprint(): FootprintMeter {
  return {
    async measure(bytes, rows) {
      const folder = await mkdtemp(join(tmpdir(), 'mergeway-footprint-'));
      try {
        const file = join(folder, 'model.onnx');
        await writeFile(file, bytes);
        return await ask({ file, rows });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function ask(question: FootprintQuestion): Promise<Footprint> {
  const child = fork(PROCESS, {
    execArgv: [],
    env: { PATH: process.env.PATH },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const kill = () => child.kill('SIGKILL');
  const impatience = setTimeout(kill, TIMEOUT_MS);
  process.once('exit', kill);
  try {
    const answer = await answerOf(child, question);
    if ('error' in answer) throw failure(answer.error);
    return answer;
  } finally {
    clearTimeout(impatience);
    process.off('exit', kill);
    kill();
  }
}

function answerOf(child: ChildProcess, question: FootprintQuestion): Promise<FootprintAnswer> {
  return new Promise((resolve, reject) => {
    child.once('message', (answer: FootprintAnswer) => resolve(answer));
    child.once('error', (cause) => reject(failure(cause.message)));
    child.once('exit', (code, signal) => reject(failure(`the process ended with ${signal ?? code}`)));
    child.send({ ...question });
  });
}

function failure(why: string): MergewayError {
  return new MergewayError(
    'MW_MEASUREMENT_FAILED',
    `the model could not be loaded and run to be measured: ${why}`,
  );
}
