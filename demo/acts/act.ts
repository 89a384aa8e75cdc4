/** An act of the demo: a pull request, what must become of it, and what became of it. */

import type { Stage } from '../stage.ts';

/** How a pull request ends. */
export type Outcome = 'promoted' | 'refused' | 'rolled back' | 'straight to production' | (string & {});

export interface Act {
  readonly name: string;
  readonly expected: Outcome;
  /** Plays the act on the stage and says how it ended. */
  play(stage: Stage): Promise<Outcome>;
}

export interface ActResult {
  readonly name: string;
  readonly expected: string;
  readonly outcome: string;
  readonly seconds: number;
}
