/** Every command of `mergeway`: those of actions/, and the entry points of the other doors. */

import type { CommandSpec } from '#actions/command.ts';
import { actions } from '#actions/index.ts';
import { app } from './app.ts';
import { serve } from './serve.ts';

export const commands: readonly CommandSpec[] = [...actions, app, serve];
