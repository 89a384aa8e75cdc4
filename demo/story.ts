/** What the demo says: one line per step with what happened and how long it took, a summary, or one JSON object (`--json`). */

import type { ActResult } from './acts/act.ts';

export interface Story {
  /** Runs a step and prints its line: what `work` returns, and how long it took. */
  step(what: string, work: () => Promise<string>): Promise<void>;
  /** A line without a step. */
  say(line: string): void;
  /** A heading. */
  act(title: string): void;
}

const BOLD = '\u001b[1m';
const DIM = '\u001b[2m';
const PLAIN = '\u001b[0m';

/** Tells the story on stderr, so that `--json` leaves stdout to the result. */
export function tellStory(now: () => number): Story {
  const style = process.stderr.isTTY ? { BOLD, DIM, PLAIN } : { BOLD: '', DIM: '', PLAIN: '' };

  function line(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  return {
    say: (text) => line(`  ${text}`),
    act: (title) => line(`\n${style.BOLD}${title}${style.PLAIN}`),
    async step(what, work) {
      const started = now();
      if (process.stderr.isTTY) process.stderr.write(`${style.DIM}  … ${what}${style.PLAIN}\r`);
      const outcome = await work();
      const seconds = ((now() - started) / 1000).toFixed(1).padStart(5);
      line(`${style.DIM}${seconds} s${style.PLAIN}  ${what}: ${outcome}`);
    },
  };
}

/** The table at the end. */
export function summary(acts: readonly ActResult[], seconds: number): string {
  const rows = acts.map(({ name, expected, outcome, seconds: took }) => {
    const mark = outcome === expected ? '✓' : '✗';
    const but = outcome === expected ? '' : `, expected ${expected}`;
    return `  ${mark} ${name.padEnd(42)} ${outcome}${but} (${took.toFixed(0)} s)`;
  });
  return ['', ...rows, `  ${acts.length} acts in ${seconds.toFixed(0)} s`, ''].join('\n');
}
