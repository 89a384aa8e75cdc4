/** The only things the demo changes in the quickstart: how long a rollout's steps last, and where serving listens. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Durations of the rollout's steps, in order; weights, guards, α and the minimum of units stay the quickstart's. */
const STEP_DURATIONS = ['3s', '5s', '6s'];

/** Rewrites `for:` in the model's rollout steps and the serving target's URL in a working copy. */
export async function setThePace(folder: string, servingUrl: string): Promise<void> {
  await rewrite(join(folder, 'mergeway.yaml'), (text) =>
    text.replace(/http:\/\/127\.0\.0\.1:8080/g, servingUrl),
  );
  await rewrite(join(folder, 'models/flights/model.yaml'), (text) => {
    const durations = [...STEP_DURATIONS];
    return text.replace(/for: \d+m/g, (found) => `for: ${durations.shift() ?? found.slice(5)}`);
  });
}

async function rewrite(path: string, change: (text: string) => string): Promise<void> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await writeFile(path, change(text));
}
