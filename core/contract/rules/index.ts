/** Every rule of a data contract, in the order of a report. Add a file, add a line. */

import type { ContractRule } from '../check.ts';
import { library } from './library.ts';
import { present } from './present.ts';
import { primaryKey } from './primary-key.ts';
import { range } from './range.ts';
import { required } from './required.ts';
import { text } from './text.ts';
import { type } from './type.ts';
import { unique } from './unique.ts';
import { unsupported } from './unsupported.ts';

export const contractRules = {
  present,
  type,
  required,
  unique,
  primaryKey,
  range,
  text,
  library,
  unsupported,
} as const satisfies Record<string, ContractRule>;
