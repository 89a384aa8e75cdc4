/**
 * The step of a workflow that a command runs in, by GitHub's own toolkit: secrets masked, outputs, job summary, annotations.
 * What a command prints may quote a pull request, and a runner obeys lines such as `::set-output`: between `open` and `close` it
 * obeys none. The toolkit is loaded when there is something to say.
 */

import { randomUUID } from 'node:crypto';
import type { Outcome } from '#actions/command.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Shown at the step, and beside the line of the pull request that it names. */
export interface Annotation {
  readonly level: 'error' | 'warning';
  readonly title: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
}

export interface Workflow {
  /** Masks the secrets among the variables; from here on what is printed is text. */
  open(): Promise<void>;
  /** Hands outputs on to later steps, and the summary to the job's page. */
  handOn(outcome: Pick<Outcome, 'outputs' | 'summary'>): Promise<void>;
  /** The runner obeys again, and hears the annotation. */
  close(annotation: Annotation | undefined): Promise<void>;
}

/** GitHub drops a whole summary above 1 MiB. */
const MAX_SUMMARY_BYTES = 1_000_000;
const MAX_ANNOTATION_CHARS = 4000;
/** Variables whose value must not be seen in a log. */
const SECRET_NAME = /(^|_)(TOKEN|SECRET|PASSWORD|PRIVATE_KEY)$/;

/** The workflow's step that this process is, by its variables; undefined outside a runner. */
export function workflowOf(env: Environment, out: (text: string) => void): Workflow | undefined {
  if (env.GITHUB_ACTIONS !== 'true') return undefined;
  const resume = randomUUID();
  return {
    async open() {
      const { setSecret } = await import('@actions/core');
      for (const [name, value] of Object.entries(env)) {
        if (value && SECRET_NAME.test(name)) setSecret(value);
      }
      out(`::stop-commands::${resume}\n`);
    },

    async handOn({ outputs = {}, summary: markdown }) {
      const { setOutput, summary } = await import('@actions/core');
      if (env.GITHUB_OUTPUT) {
        for (const [name, value] of Object.entries(outputs)) setOutput(name, value);
      }
      if (markdown && env.GITHUB_STEP_SUMMARY) await summary.addRaw(withinLimit(markdown), true).write();
    },

    async close(annotation) {
      out(`\n::${resume}::\n`);
      if (!annotation) return;
      const { level, title, message, file, line } = annotation;
      const core = await import('@actions/core');
      core[level](message.slice(0, MAX_ANNOTATION_CHARS), {
        title,
        ...(file !== undefined && { file }),
        ...(line !== undefined && { startLine: line }),
      });
    },
  };
}

/** Cut at the limit, which counts bytes; half a character at the end is left out. */
function withinLimit(markdown: string): string {
  const bytes = Buffer.from(markdown);
  if (bytes.length <= MAX_SUMMARY_BYTES) return markdown;
  return bytes
    .subarray(0, MAX_SUMMARY_BYTES)
    .toString('utf8')
    .replace(/\uFFFD$/, '');
}
