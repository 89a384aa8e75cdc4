/** `/mergeway snooze [model] <duration>`: nothing is said of the model's alarm, and nothing retrained, for so long. */

import { Duration, durationMs } from '../config/duration.ts';
import { turnOf } from '../flows/watched-model.ts';
import { instantText } from '../intervals/instant.ts';
import type { Alarm } from '../ports/store.ts';
import type { Command, CommandCall } from './command.ts';
import { pickModel } from './pick-model.ts';

/** A year: whoever wants it longer takes `monitor` out of the configuration. */
const LONGEST_MS = 366 * 24 * 60 * 60 * 1000;

export const snooze: Command = {
  name: 'snooze',
  usage: '[model] <duration>',
  summary: 'keeps the alarm of a model quiet, and its retraining waiting, for so long, such as `3d`',
  run,
};

async function run(call: CommandCall): Promise<string> {
  const { workspace, words } = call;
  const length = Duration.safeParse(words.at(-1));
  if (!length.success) return 'For how long? Such as `/mergeway snooze 3d`; `m`, `h` and `d` are known.';
  const picked = await pickModel({ ...call, words: words.slice(0, -1) });
  if ('problem' in picked) return picked.problem;

  const { model } = picked;
  const forMs = Math.min(durationMs(length.data), LONGEST_MS);
  const until = await workspace.turns(turnOf(workspace, model), () => quiet(call, model, forMs));
  return `Nothing is said of \`${model}\`'s monitor, and nothing retrained by itself, until ${instantText(until)}.`;
}

/** The same comment told again keeps the end that it set first. */
async function quiet({ workspace, commentId }: CommandCall, model: string, forMs: number): Promise<number> {
  const { store, forge, clock } = workspace;
  const known = await store.monitors.alarm(forge.repository, model);
  const snoozedBy = `comment-${commentId}`;
  if (known?.snoozedBy === snoozedBy && known.snoozedUntil !== undefined) return known.snoozedUntil;
  const snoozedUntil = clock.now() + forMs;
  await store.monitors.saveAlarm({ ...(known ?? noAlarm(forge.repository, model)), snoozedUntil, snoozedBy });
  return snoozedUntil;
}

function noAlarm(repository: string, model: string): Alarm {
  return { repository, model, issue: 0, state: 'closed', kinds: [], since: 0, window: 0, told: '' };
}
