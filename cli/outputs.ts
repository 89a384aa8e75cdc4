/** Outputs and job summary of a workflow step: files that the runner names in GITHUB_OUTPUT and GITHUB_STEP_SUMMARY. */

import { randomUUID } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import type { Outcome } from '#actions/command.ts';

/** GitHub drops a whole summary above 1 MiB. */
const MAX_SUMMARY_CHARS = 1_000_000;

/** Appends what the step hands on; outside a workflow nothing happens. */
export async function writeOutputs(
  { outputs, summary }: Outcome,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  if (outputs && env.GITHUB_OUTPUT) await appendFile(env.GITHUB_OUTPUT, spell(outputs));
  if (summary && env.GITHUB_STEP_SUMMARY) {
    await appendFile(env.GITHUB_STEP_SUMMARY, `${summary.slice(0, MAX_SUMMARY_CHARS)}\n`);
  }
}

/** Each value between delimiters nobody can guess, so that no value can add an output of its own. */
function spell(outputs: Readonly<Record<string, string>>): string {
  return Object.entries(outputs)
    .map(([name, value]) => {
      const end = `mergeway-${randomUUID()}`;
      return `${name}<<${end}\n${value}\n${end}\n`;
    })
    .join('');
}
