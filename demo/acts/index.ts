/** The acts, in order. */

import type { Act } from './act.ts';
import { better } from './better.ts';
import { biased } from './biased.ts';
import { deadApp, killedApp } from './drills.ts';
import { june } from './june.ts';
import { treacherous } from './treacherous.ts';

export const acts: readonly Act[] = [better, biased, treacherous, june];

/** Crash drills (`--drills`): what must hold when the App dies in the middle of a rollout. */
export const drills: readonly Act[] = [killedApp, deadApp];
