/** `minimum`, `maximum` and their exclusive forms, for numbers, dates, timestamps and times. NaN is within no range. */

import { type Check, type ContractRule, rowCheck, skip } from '../check.ts';
import { type ContractProperty, columnOf } from '../odcs.ts';
import { boundSql, comparable, hasColumn, presentSql, valueSql } from '../values.ts';

interface Bound {
  readonly name: string;
  /** How a failing value compares with the limit. */
  readonly breaks: '<' | '<=' | '>' | '>=';
  readonly limit: string | number;
  readonly words: string;
}

const MOMENT = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?)?$/;
const TIME = /^\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/;

export const range: ContractRule = {
  ofProperty(property, shape) {
    if (!hasColumn(shape, property)) return [];
    return boundsOf(property).map((bound) => rangeCheck(property, bound));
  },
};

function rangeCheck(property: ContractProperty, { name, breaks, limit, words }: Bound): Check {
  const column = columnOf(property);
  const unusable = whyUnusable(property, limit);
  if (unusable) return skip(name, column, unusable);

  const value = valueSql(property);
  const isNumber = comparable(property.logicalType) === 'DOUBLE';
  const nan = isNumber ? `isnan(${value}) OR ` : '';
  return rowCheck({
    rule: name,
    column,
    present: presentSql(column),
    failing: `${nan}${value} ${breaks} ${boundSql(limit, property.logicalType)}`,
    broken: `are ${words} ${limit}`,
  });
}

function boundsOf({ logicalTypeOptions: options }: ContractProperty): readonly Bound[] {
  const bounds: Bound[] = [];
  const { minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: below } = options;
  if (minimum !== undefined) {
    bounds.push(
      above === true
        ? { name: 'exclusiveMinimum', breaks: '<=', limit: minimum, words: 'not above' }
        : { name: 'minimum', breaks: '<', limit: minimum, words: 'below' },
    );
  }
  if (maximum !== undefined) {
    bounds.push(
      below === true
        ? { name: 'exclusiveMaximum', breaks: '>=', limit: maximum, words: 'not below' }
        : { name: 'maximum', breaks: '>', limit: maximum, words: 'above' },
    );
  }
  if (above !== undefined && typeof above !== 'boolean') {
    bounds.push({ name: 'exclusiveMinimum', breaks: '<=', limit: above, words: 'not above' });
  }
  if (below !== undefined && typeof below !== 'boolean') {
    bounds.push({ name: 'exclusiveMaximum', breaks: '>=', limit: below, words: 'not below' });
  }
  return bounds;
}

/** Why a limit can't be compared with values of the property's type. */
function whyUnusable({ logicalType }: ContractProperty, limit: string | number): string | undefined {
  const type = comparable(logicalType);
  if (!type) return `a range needs a logicalType that has an order, not ${logicalType ?? 'none'}`;
  const fits =
    {
      DOUBLE: typeof limit === 'number',
      TIME: TIME.test(String(limit)),
    }[type] ?? MOMENT.test(String(limit));
  return fits ? undefined : `the limit ${JSON.stringify(limit)} is no ${logicalType}`;
}
