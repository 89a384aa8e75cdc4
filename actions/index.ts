/** Every command of this door, in the order of a pull request's life. Add a folder, add a line. */

import type { CommandSpec } from './command.ts';
import { dataAdvance, dataBackfill } from './data-intervals/command.ts';
import { drift } from './drift/command.ts';
import { evaluate } from './evaluate/command.ts';
import { featuresJoin, featuresMaterialize } from './features/command.ts';
import { gate } from './gate/command.ts';
import { ledgerVerify } from './ledger/command.ts';
import { models } from './models/command.ts';
import { monitor } from './monitor/command.ts';
import { promote } from './promote/command.ts';
import { report } from './report/command.ts';
import { rolloutSimulate } from './rollout/command.ts';
import { sign } from './sign/command.ts';
import { skew } from './skew/command.ts';
import { train } from './train/command.ts';
import { validate } from './validate/command.ts';
import { verify } from './verify/command.ts';

export const actions: readonly CommandSpec[] = [
  models,
  validate,
  train,
  evaluate,
  sign,
  gate,
  report,
  promote,
  verify,
  ledgerVerify,
  rolloutSimulate,
  drift,
  monitor,
  featuresJoin,
  featuresMaterialize,
  dataAdvance,
  dataBackfill,
  skew,
];
