/** Random expressions, as text and well typed, over six nullable columns; and values with every extreme we could think of. */

import fc from 'fast-check';
import type { ExpressionType, Value } from '#core/expression/types.ts';
import { TIMESTAMP_MAX, TIMESTAMP_MIN } from '#core/expression/types.ts';

const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;
const DAY = 86_400_000_000n;

/** Columns of the random rows, two of a type. */
export const COLUMNS = {
  i: 'int',
  j: 'int',
  x: 'double',
  y: 'double',
  p: 'bool',
  q: 'bool',
  s: 'string',
  t: 'string',
  u: 'timestamp',
  v: 'timestamp',
} as const satisfies Readonly<Record<string, ExpressionType>>;

const INTS = [0n, 1n, -1n, 2n, 7n, -7n, 12n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 62n, INT_MAX, INT_MIN];
const DOUBLES = [
  0,
  -0,
  1,
  -1,
  0.1,
  -2.5,
  1e-300,
  5e-324,
  1.7976931348623157e308,
  -1.7976931348623157e308,
  2 ** 53,
  2 ** 63,
  -(2 ** 63),
  9.223372036854775e18,
  NaN,
  Infinity,
  -Infinity,
];
const TEXTS = [
  '',
  'a',
  'A',
  'aB',
  'zebra',
  'é',
  'ß',
  'İ',
  '\u{1F600}',
  '\uFF5E',
  '\u{10FFFF}',
  'a\u0301',
  ' ',
  "o'clock",
  '%_',
  '\\',
  '\n',
];
const INSTANTS = [
  0n,
  -1n,
  1n,
  999n,
  -999_999n,
  1_370_044_800_123_456n,
  -62_000_000_000_000_001n,
  TIMESTAMP_MIN,
  TIMESTAMP_MAX,
  -DAY,
  DAY - 1n,
];

/** Values of a type, null among them. */
export function values(type: ExpressionType): fc.Arbitrary<Value> {
  return fc.option(present(type), { nil: null, freq: 6 });
}

function present(type: ExpressionType): fc.Arbitrary<NonNullable<Value>> {
  switch (type) {
    case 'int':
    case 'duration':
      return fc.oneof(fc.constantFrom(...INTS), fc.bigInt(-100n, 100n), fc.bigInt(INT_MIN, INT_MAX));
    case 'double':
      return fc.oneof(
        fc.constantFrom(...DOUBLES),
        fc.double(),
        fc.integer({ min: -1000, max: 1000 }).map((n) => n / 8),
      );
    case 'bool':
      return fc.boolean();
    case 'string':
      return fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'binary', maxLength: 6 }).map(withoutNul));
    case 'timestamp':
      return fc.oneof(fc.constantFrom(...INSTANTS), fc.bigInt(TIMESTAMP_MIN, TIMESTAMP_MAX));
  }
}

function withoutNul(text: string): string {
  return text.replaceAll('\0', '');
}

/** Texts of well-typed expressions. */
export function expressions(): fc.Arbitrary<{ readonly type: ExpressionType; readonly text: string }> {
  const types = ['int', 'double', 'bool', 'string', 'timestamp', 'duration'] as const;
  return fc.constantFrom(...types).chain((type) => expressionOf(type, 4).map((text) => ({ type, text })));
}

type Template = readonly [template: string, ...holes: readonly ExpressionType[]];

const RELATIONS = ['==', '!=', '<', '<=', '>', '>='] as const;

/** `@` is a hole, filled by an expression of the type that follows. */
const TEMPLATES: Readonly<Record<ExpressionType, readonly Template[]>> = {
  int: [
    ...['+', '-', '*', '/', '%'].map((sign): Template => [`(@ ${sign} @)`, 'int', 'int']),
    ['-@', 'int'],
    ['int(@)', 'double'],
    ['math.abs(@)', 'int'],
    ['size(@)', 'string'],
    ...[
      'FullYear',
      'Month',
      'Date',
      'DayOfMonth',
      'DayOfWeek',
      'Hours',
      'Minutes',
      'Seconds',
      'Milliseconds',
    ].map((name): Template => [`@.get${name}()`, 'timestamp']),
    ...['Hours', 'Minutes', 'Seconds'].map((name): Template => [`@.get${name}()`, 'duration']),
  ],
  double: [
    ...['+', '-', '*', '/'].map((sign): Template => [`(@ ${sign} @)`, 'double', 'double']),
    ['-@', 'double'],
    ['double(@)', 'int'],
    ['math.abs(@)', 'double'],
    ['math.floor(@)', 'double'],
    ['math.ceil(@)', 'double'],
  ],
  bool: [
    ...(['int', 'double', 'string', 'timestamp', 'duration'] as const).flatMap((type) =>
      RELATIONS.map((sign): Template => [`(@ ${sign} @)`, type, type]),
    ),
    ['(@ == @)', 'bool', 'bool'],
    ['!@', 'bool'],
    ['(@ && @)', 'bool', 'bool'],
    ['(@ || @)', 'bool', 'bool'],
    ['math.isNaN(@)', 'double'],
    ['math.isInf(@)', 'double'],
    ['@.contains(@)', 'string', 'string'],
    ['@.startsWith(@)', 'string', 'string'],
    ['@.endsWith(@)', 'string', 'string'],
    ['(@ == null)', 'int'],
    ['(@ != null)', 'double'],
    ["(@ in ['', 'a', 'zebra'])", 'string'],
    ['(@ in [0, 7, -7])', 'int'],
    ['(@ in [0.0, 0.1])', 'double'],
  ],
  string: [
    ['(@ + @)', 'string', 'string'],
    ['string(@)', 'int'],
    ['@.lowerAscii()', 'string'],
    ['@.upperAscii()', 'string'],
  ],
  timestamp: [],
  duration: [['(@ - @)', 'timestamp', 'timestamp']],
};

const LITERALS: Readonly<Record<ExpressionType, readonly string[]>> = {
  int: ['0', '1', '7', '-7', '9223372036854775807', '-9223372036854775808'],
  double: ['0.0', '0.1', '1.5', '1e300', '2.5e-10'],
  bool: ['true', 'false'],
  string: ["''", "'a'", '"o\'clock"', "'\\u00e9\\n'", "'\u{1F600}'"],
  timestamp: ["timestamp('2013-06-01T12:30:15.250Z')", "timestamp('1969-12-31')"],
  duration: ["(timestamp('2013-06-01') - timestamp('2013-05-01T10:00:00+02:00'))"],
};

function expressionOf(type: ExpressionType, depth: number): fc.Arbitrary<string> {
  const leaf = fc.constantFrom(...columnsOf(type), ...columnsOf(type), ...LITERALS[type]);
  if (depth === 0) return leaf;
  const choices: readonly Template[] = [
    ...TEMPLATES[type],
    ['(@ ? @ : @)', 'bool', type, type],
    ['(@ ? null : @)', 'bool', type],
    ['@.orValue(@)', type, type],
  ];
  const filled = fc
    .constantFrom(...choices)
    .chain(([template, ...holes]) =>
      fc.tuple(...holes.map((hole) => expressionOf(hole, depth - 1))).map((parts) => fill(template, parts)),
    );
  return fc.oneof({ weight: 1, arbitrary: leaf }, { weight: 3, arbitrary: filled });
}

/** A part is put in parentheses where a method or sign would otherwise take hold of its end. */
function fill(template: string, parts: readonly string[]): string {
  let next = 0;
  return template.replaceAll('@', () => `(${parts[next++] ?? ''})`);
}

function columnsOf(type: ExpressionType): readonly string[] {
  return Object.entries(COLUMNS)
    .filter(([, of]) => of === type)
    .map(([name]) => name);
}
