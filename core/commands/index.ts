/** Every slash command. */

import type { Command } from './command.ts';
import { rollback } from './rollback.ts';
import { status } from './status.ts';

export const commands: readonly Command[] = [status, rollback];

/** The help, made from the commands themselves so that it can't promise others. */
export function helpText(): string {
  const rows = commands.map(({ name, usage, summary }) => {
    const call = ['/mergeway', name, usage].filter(Boolean).join(' ');
    return `- \`${call}\`: ${summary}`;
  });
  return ['Mergeway knows:', '', ...rows].join('\n');
}
