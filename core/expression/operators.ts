/**
 * Every operator, function and method, once: its types, its DuckDB SQL and its JavaScript, side by side. All are total: what does not
 * fit into 64 bits and a whole number divided by zero is null. A null argument makes null; neither side sees one.
 * Each argument stands once in the SQL, so that nesting does not multiply it. Doubles follow IEEE 754, but NaN equals itself and is
 * above every other number, as DuckDB orders them.
 */

import { type ExpressionType, fitted, type Value } from './types.ts';

export interface Operator {
  readonly name: string;
  readonly takes: readonly ExpressionType[];
  readonly gives: ExpressionType;
  readonly sql: (...args: readonly string[]) => string;
  readonly js: (...args: readonly never[]) => Value;
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

export const OPERATORS: readonly Operator[] = [
  whole('+', (a, b) => a + b),
  whole('-', (a, b) => a - b),
  whole('*', (a, b) => a * b),
  whole('/', (a, b) => (b === 0n ? null : a / b), '//'),
  whole('%', (a, b) => (b === 0n || fitted(a / b) === null ? null : a % b)),
  define(
    '-_',
    ['int'],
    'int',
    (a) => known(`-${a}`),
    (a: bigint) => fitted(-a),
  ),
  real('+', (a, b) => a + b),
  real('-', (a, b) => a - b),
  real('*', (a, b) => a * b),
  real('/', (a, b) => a / b),
  define(
    '-_',
    ['double'],
    'double',
    (a) => `(-${a})`,
    (a: number) => -a,
  ),
  define(
    '+',
    ['string', 'string'],
    'string',
    (a, b) => `(${a} || ${b})`,
    (a: string, b: string) => a + b,
  ),
  define(
    '-',
    ['timestamp', 'timestamp'],
    'duration',
    (a, b) => `(epoch_us(${a}) - epoch_us(${b}))`,
    (a: bigint, b: bigint) => a - b,
  ),
  ...(['int', 'double', 'string', 'timestamp', 'duration', 'bool'] as const).flatMap(comparisons),
  define(
    '!',
    ['bool'],
    'bool',
    (a) => `(NOT ${a})`,
    (a: boolean) => !a,
  ),

  define('int', ['double'], 'int', (a) => known(`CAST(trunc(${a}) AS BIGINT)`), truncated),
  define(
    'double',
    ['int'],
    'double',
    (a) => `CAST(${a} AS DOUBLE)`,
    (a: bigint) => Number(a),
  ),
  define(
    'string',
    ['int'],
    'string',
    (a) => `CAST(${a} AS VARCHAR)`,
    (a: bigint) => String(a),
  ),
  define(
    'math.abs',
    ['int'],
    'int',
    (a) => known(`abs(${a})`),
    (a: bigint) => fitted(a < 0n ? -a : a),
  ),
  define(
    'math.abs',
    ['double'],
    'double',
    (a) => `abs(${a})`,
    (a: number) => Math.abs(a),
  ),
  define(
    'math.floor',
    ['double'],
    'double',
    (a) => `floor(${a})`,
    (a: number) => Math.floor(a),
  ),
  define(
    'math.ceil',
    ['double'],
    'double',
    (a) => `ceil(${a})`,
    (a: number) => Math.ceil(a),
  ),
  define(
    'math.isNaN',
    ['double'],
    'bool',
    (a) => `isnan(${a})`,
    (a: number) => Number.isNaN(a),
  ),
  define(
    'math.isInf',
    ['double'],
    'bool',
    (a) => `isinf(${a})`,
    (a: number) => Math.abs(a) === Infinity,
  ),

  define(
    'size',
    ['string'],
    'int',
    (a) => `length(${a})`,
    (a: string) => BigInt([...a].length),
  ),
  text('.contains', 'contains', (a, b) => a.includes(b)),
  text('.startsWith', 'starts_with', (a, b) => a.startsWith(b)),
  text('.endsWith', 'ends_with', (a, b) => a.endsWith(b)),
  letters('.lowerAscii', UPPER, LOWER),
  letters('.upperAscii', LOWER, UPPER),

  part('.getFullYear', 'year', (date) => date.getUTCFullYear()),
  part('.getMonth', 'month', (date) => date.getUTCMonth(), ' - 1'),
  part('.getDate', 'day', (date) => date.getUTCDate()),
  part('.getDayOfMonth', 'day', (date) => date.getUTCDate() - 1, ' - 1'),
  part('.getDayOfWeek', 'dow', (date) => date.getUTCDay()),
  part('.getHours', 'hour', (date) => date.getUTCHours()),
  part('.getMinutes', 'minute', (date) => date.getUTCMinutes()),
  part('.getSeconds', 'second', (date) => date.getUTCSeconds()),
  part('.getMilliseconds', 'millisecond', (date) => date.getUTCMilliseconds(), ' % 1000'),
  span('.getHours', 3_600_000_000n),
  span('.getMinutes', 60_000_000n),
  span('.getSeconds', 1_000_000n),
];

/** -1, 0 or 1, as DuckDB orders two values of one type: text by code points, NaN last. */
export function compare(a: NonNullable<Value>, b: NonNullable<Value>): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (a === b) return 0;
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return a < b ? -1 : 1;
}

function define<const Takes extends readonly ExpressionType[]>(
  name: string,
  takes: Takes,
  gives: ExpressionType,
  sql: (...args: readonly string[]) => string,
  js: (...args: never[]) => Value,
): Operator {
  return { name, takes, gives, sql, js };
}

/**
 * Null instead of an error. Not TRY_CAST out of 128 bits: DuckDB 1.5 takes its result for never null, and folds a comparison with the
 * least number to false.
 */
function known(sql: string): string {
  return `TRY(${sql})`;
}

function whole(name: string, js: (a: bigint, b: bigint) => bigint | null, operator = name): Operator {
  const exact = (a: bigint, b: bigint) => {
    const result = js(a, b);
    return result === null ? null : fitted(result);
  };
  return define(name, ['int', 'int'], 'int', (a, b) => known(`${a} ${operator} ${b}`), exact);
}

function real(name: string, js: (a: number, b: number) => number): Operator {
  return define(name, ['double', 'double'], 'double', (a, b) => `(${a} ${name} ${b})`, js);
}

function comparisons(type: ExpressionType): readonly Operator[] {
  const meets: Readonly<Record<string, (order: number) => boolean>> = {
    '==': (order) => order === 0,
    '!=': (order) => order !== 0,
    '<': (order) => order < 0,
    '<=': (order) => order <= 0,
    '>': (order) => order > 0,
    '>=': (order) => order >= 0,
  };
  return Object.entries(meets)
    .filter(([name]) => type !== 'bool' || name === '==' || name === '!=')
    .map(([name, met]) =>
      define(
        name,
        [type, type],
        'bool',
        (a, b) => `(${a} ${name === '==' ? '=' : name} ${b})`,
        (a: NonNullable<Value>, b: NonNullable<Value>) => met(compare(a, b)),
      ),
    );
}

function truncated(value: number): bigint | null {
  return Number.isFinite(value) ? fitted(BigInt(Math.trunc(value))) : null;
}

function text(name: string, sql: string, js: (a: string, b: string) => boolean): Operator {
  return define(name, ['string', 'string'], 'bool', (a, b) => `${sql}(${a}, ${b})`, js);
}

/** One alphabet's letters for another's, nothing else: Unicode's cases differ between runtimes. */
function letters(name: string, from: string, to: string): Operator {
  return define(
    name,
    ['string'],
    'string',
    (a) => `translate(${a}, '${from}', '${to}')`,
    (a: string) => Array.from(a, (letter) => to[from.indexOf(letter)] ?? letter).join(''),
  );
}

function part(name: string, field: string, js: (date: Date) => number, adjust = ''): Operator {
  return define(
    name,
    ['timestamp'],
    'int',
    (a) => `(date_part('${field}', ${a} AT TIME ZONE 'UTC')${adjust})`,
    (micros: bigint) => BigInt(js(new Date(Number((micros - mod(micros, 1000n)) / 1000n)))),
  );
}

/** Whole units of a duration, toward zero. */
function span(name: string, unit: bigint): Operator {
  return define(
    name,
    ['duration'],
    'int',
    (a) => `(${a} // ${unit})`,
    (a: bigint) => a / unit,
  );
}

function mod(a: bigint, b: bigint): bigint {
  return ((a % b) + b) % b;
}

/** By code points, as UTF-8 bytes compare; JavaScript's `<` compares UTF-16 units, which differ beyond U+FFFF. */
function compareText(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (const [index, letter] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = (letter.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0);
    if (order !== 0) return Math.sign(order);
  }
  return left.length === right.length ? 0 : -1;
}
