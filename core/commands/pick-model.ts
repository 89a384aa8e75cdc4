/** Which model a command means: the one that it names, else the only one there is. */

import type { CommandCall } from './command.ts';

export type PickedModel = { readonly model: string } | { readonly problem: string };

export async function pickModel({ workspace, words }: CommandCall): Promise<PickedModel> {
  const known = await workspace.registry.models();
  const [word] = words;
  if (word !== undefined && known.includes(word)) return { model: word };

  const list = known.map((model) => `\`${model}\``).join(', ') || 'none';
  if (word !== undefined) return { problem: `There is no such model here. Models with a version: ${list}.` };

  const [only] = known;
  if (known.length === 1 && only !== undefined) return { model: only };
  return { problem: `Which model? Models with a version: ${list}.` };
}
