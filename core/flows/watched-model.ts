/** What a look at a model needs: its configuration on the default branch, and the version in production. */

import type { ModelConfig } from '../config/model.ts';
import type { Monitor } from '../config/monitor.ts';
import { type Digest, digestOfJson } from '../digest.ts';
import type { Json } from '../json.ts';
import type { Champion } from '../registry/champion.ts';
import { type WindowRules, windowRules } from '../watch/windows.ts';
import { readModel } from './policy.ts';
import { championOf } from './request-evaluation.ts';
import type { Workspace } from './workspace.ts';

export interface WatchedModel {
  readonly model: string;
  /** The default branch's. */
  readonly commit: string;
  readonly config: ModelConfig;
  readonly monitor: Monitor;
  readonly champion: Champion;
  readonly policy: Digest;
  readonly rules: WindowRules;
}

/** Undefined when there is nothing to watch: no `monitor`, no length of a window, or nothing in production. */
export async function watchedModel(
  workspace: Workspace,
  { model, commit }: { readonly model: string; readonly commit: string },
): Promise<WatchedModel | undefined> {
  const config = await readModel(workspace.source, commit, model);
  const monitor = config?.monitor;
  if (!config || !monitor) return undefined;
  const policy = digestOfJson(plain(monitor));
  const rules = windowRules(config, monitor, policy);
  const champion = rules && (await championOf(workspace, model));
  return champion ? { model, commit, config, monitor, champion, policy, rules } : undefined;
}

/** As JSON has it: keys without a value are none. */
export function plain(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** Whoever works on a model's alarm or retraining waits for this turn. */
export function turnOf({ forge }: Pick<Workspace, 'forge'>, model: string): string {
  return `${forge.repository} ${model}`;
}
