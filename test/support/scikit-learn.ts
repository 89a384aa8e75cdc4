/** The real scikit-learn, asked for its values. MERGEWAY_TEST_SKLEARN_PYTHON names a Python that has it; `.ci/run` installs it. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Drawn } from './predictions.ts';

const SCRIPT = 'test/core/metrics/scikit_learn.py';

/** A number, `nan` (infinities too), or the error as text; by Mergeway's names. */
export type Answers = Readonly<Record<string, number | string>>;

export async function askScikitLearn(predictions: readonly Drawn[]): Promise<readonly Answers[]> {
  const executable = process.env.MERGEWAY_TEST_SKLEARN_PYTHON;
  assert.ok(executable, 'MERGEWAY_TEST_SKLEARN_PYTHON must name a Python that has scikit-learn');
  const child = spawn(executable, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(predictions.map(plainCase)));
  const found = text(child.stdout);
  const code = await new Promise((resolve) => child.once('close', resolve));
  assert.equal(code, 0);
  return JSON.parse(await found);
}

function plainCase(drawn: Drawn) {
  return {
    task: drawn.task,
    labels: Array.from(drawn.labels),
    scores: drawn.scores && Array.from(drawn.scores),
    weights: drawn.weights ? Array.from(drawn.weights) : null,
    ...(drawn.task === 'binary-classification' && { threshold: drawn.threshold }),
    ...(drawn.task === 'multiclass-classification' && {
      classes: drawn.classes.length,
      predicted: Array.from(drawn.predicted),
    }),
    ...(drawn.task === 'ranking' && { lists: Array.from(drawn.lists.codes) }),
  };
}
