/** What a run of a command leaves beside the lines of a pull request: failures and what could not be told. */

import type { Outcome } from '#actions/command.ts';
import type { MergewayError } from '#core/errors.ts';
import type { Annotation } from './workflow.ts';

const LEVELS = { 0: undefined, 1: 'error', 2: 'error', 3: 'warning', 4: 'error' } as const;

/** A failed gate is an error, an inconclusive one a warning; what passed needs no annotation. */
export function annotationOfOutcome(command: string, { exit, text }: Outcome): Annotation | undefined {
  const level = LEVELS[exit];
  return level && { level, title: `mergeway ${command}`, message: text };
}

/** An error with its way out, at the line of the file that it names. */
export function annotationOfError({ code, message, remedy }: MergewayError): Annotation {
  const [, file, line] = /^([\w@.][\w@./-]*):(\d{1,7})\b/.exec(message) ?? [];
  return {
    level: 'error',
    title: code,
    message: `${message}\n${remedy}`,
    ...(file !== undefined && line !== undefined && { file, line: Number(line) }),
  };
}
