/** `pattern`, `minLength` and `maxLength` of strings. Patterns search, as in JSON Schema; anchors make them match whole values. */

import { type Check, type ContractRule, rowCheck } from '../check.ts';
import { type ContractProperty, columnOf } from '../odcs.ts';
import { literal } from '../sql.ts';
import { hasColumn, presentSql, textSql } from '../values.ts';

export const text: ContractRule = {
  ofProperty(property, shape) {
    if (!hasColumn(shape, property)) return [];
    const { pattern, minLength, maxLength } = property.logicalTypeOptions;
    const value = textSql(columnOf(property));
    return [
      ...when(pattern, (limit) =>
        textCheck(
          property,
          'pattern',
          `NOT regexp_matches(${value}, ${literal(limit)})`,
          `do not match ${limit}`,
        ),
      ),
      ...when(minLength, (limit) =>
        textCheck(property, 'minLength', `length(${value}) < ${limit}`, `are shorter than ${limit}`),
      ),
      ...when(maxLength, (limit) =>
        textCheck(property, 'maxLength', `length(${value}) > ${limit}`, `are longer than ${limit}`),
      ),
    ];
  },
};

function textCheck(property: ContractProperty, rule: string, failing: string, broken: string): Check {
  const column = columnOf(property);
  return rowCheck({ rule, column, present: presentSql(column), failing, broken });
}

function when<Limit>(limit: Limit | undefined, check: (limit: Limit) => Check): readonly Check[] {
  return limit === undefined ? [] : [check(limit)];
}
