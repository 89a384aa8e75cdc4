/** Every slash command. */

import type { Command } from './command.ts';
import { retrain } from './retrain.ts';
import { rollback } from './rollback.ts';
import { snooze } from './snooze.ts';
import { status } from './status.ts';

export const commands: readonly Command[] = [status, rollback, retrain, snooze];

/** The help, made from the commands themselves so that it can't promise others. */
export function helpText(): string {
  const rows = commands.map(({ name, usage, summary }) => {
    const call = ['/mergeway', name, usage].filter(Boolean).join(' ');
    return `- \`${call}\`: ${summary}`;
  });
  return ['Mergeway knows:', '', ...rows].join('\n');
}
