/** Options of the contract that no rule here checks: said aloud, so that nobody takes silence for a pass. */

import { type ContractRule, skip } from '../check.ts';
import { columnOf } from '../odcs.ts';

const UNCHECKED = [
  'format',
  'multipleOf',
  'timezone',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'required',
] as const;

export const unsupported: ContractRule = {
  ofProperty: (property) =>
    UNCHECKED.filter((option) => property.logicalTypeOptions[option] !== undefined).map((option) =>
      skip(option, columnOf(property), `Mergeway does not check logicalTypeOptions.${option}`),
    ),
};
