/** Progress on stderr, a line each, with the time since the command started. Nothing is overwritten: logs are files. */

import type { Progress } from '#core/ports/progress.ts';

export interface StderrProgressOptions {
  /** Says nothing. */
  readonly quiet?: boolean;
  /** Where lines go; stderr, so that stdout stays for results. */
  readonly write?: (text: string) => void;
  /** Milliseconds on any scale that does not go back. */
  readonly now?: () => number;
}

/** Lines such as `mergeway train    12.3 s  checking out 1a2b3c4`. */
export function stderrProgress(
  command: string,
  {
    quiet = false,
    write = (text) => process.stderr.write(text),
    now = () => performance.now(),
  }: StderrProgressOptions = {},
): Progress {
  const startedAt = now();
  return {
    say(line) {
      if (quiet) return;
      const seconds = ((now() - startedAt) / 1000).toFixed(1).padStart(6);
      write(`mergeway ${command} ${seconds} s  ${oneLine(line)}\n`);
    },
  };
}

/** What a model or a pull request is called must not move the cursor or start a line of its own. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
