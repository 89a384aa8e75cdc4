/** The expression language by worked examples: what it gives, and how it refuses. Agreement with SQL is agreement.test.ts. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Inputs } from '#core/expression/closure.ts';
import { compileExpression } from '#core/expression/expression.ts';
import { type ExpressionType, microsOf, type Value } from '#core/expression/types.ts';

const TYPES: Readonly<Record<string, ExpressionType>> = {
  n: 'int',
  x: 'double',
  late: 'bool',
  carrier: 'string',
  at: 'timestamp',
  'weather.temp': 'double',
};

const SCOPE = {
  names: Object.keys(TYPES),
  find: (name: string) => {
    const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
    return type && { key: name, type };
  },
};

const ROW: Inputs = {
  n: 7n,
  x: 2.5,
  late: null,
  carrier: 'UA',
  at: microsOf('2013-06-02T23:05:09.250Z') ?? null,
  'weather.temp': -4,
};

for (const [source, expected] of [
  ['1 + 2 * 3', 7n],
  ['(1 + 2) * 3', 9n],
  ['10 - 2 - 3', 5n],
  ['-7 / 2', -3n],
  ['-7 % 2', -1n],
  ['n / 0', null],
  ['x / 0.0', Infinity],
  ['9223372036854775807 + 1', null],
  ['-9223372036854775808', -(2n ** 63n)],
  ['x * double(n)', 17.5],
  ['int(-2.9)', -2n],
  ['int(1e30)', null],
  ['late && false', false],
  ['late || true', true],
  ['late || false', null],
  ['!late', null],
  ['late == null', true],
  ['null != carrier', true],
  ['late ? 1 : 2', null],
  ['(late == null || late) ? 1 : 2', 1n],
  ['n > 5 ? "many" : n > 2 ? "some" : "few"', 'many'],
  ['late.orValue(false)', false],
  ["carrier in ['AA', 'UA']", true],
  ["carrier.lowerAscii() + '-' + string(n)", 'ua-7'],
  ["size('h\\u00e9\u{1F600}')", 3n],
  ["carrier.startsWith('U') && !carrier.contains('x') && carrier.endsWith('A')", true],
  ["'\u{1F600}' > '\uFF5E'", true],
  ['0.0 / 0.0 == 0.0 / 0.0', true],
  ['0.0 / 0.0 > 1e308', true],
  ['math.abs(-n)', 7n],
  ['math.floor(x) + math.ceil(x)', 5],
  ['weather.temp < 0.0', true],
  ['at.getFullYear()', 2013n],
  ['at.getMonth()', 5n],
  ['at.getDate()', 2n],
  ['at.getDayOfMonth()', 1n],
  ['at.getDayOfWeek()', 0n],
  ['at.getHours()', 23n],
  ['at.getMilliseconds()', 250n],
  ["(at - timestamp('2013-06-02T20:00:00+02:00')).getHours()", 5n],
  ["at < timestamp('2013-06-03')", true],
] as const satisfies readonly (readonly [string, Value])[]) {
  test(`${source} is ${String(expected)}`, () => {
    assert.equal(compileExpression(source, SCOPE).closure()(ROW), expected);
  });
}

for (const [source, says] of [
  ['', /character 1: expected a value, got `the end`/],
  ['1 +', /character 4: expected a value/],
  ['1 2', /character 3: expected an operator or the end, got `2`/],
  ['n + x', /character 3: `\+` takes .*got \(int, double\); convert with double\(x\)/],
  ['carier == null', /character 1: there is no `carier`; did you mean `carrier`/],
  ['n ? 1 : 2', /character 1: a bool is needed, got int/],
  ['late ? 1 : 2.0', /character 6: both values need one type, got int and double; convert .* 12\.0 for 12/],
  ['null', /`null` may be compared/],
  ['[1, 2]', /a list may only stand after `in`/],
  ['n in [1, x]', /character 10: the list needs literals of type int/],
  ["timestamp('2013-02-30')", /needs an ISO 8601 text/],
  ['9223372036854775808', /does not fit into 64 bits/],
  ['1e999', /is beyond a double/],
  ["'abc", /character 1: this string has no end/],
  ["'\\x'", /is no escape/],
  ["'\\ud800'", /holds no valid text/],
  ['n @ 1', /character 3: "@" is not understood/],
  ['siz(carrier)', /there is no `siz`; did you mean `size`/],
  ['carrier.length', /there is no `carrier.length`/],
  ['constructor', /there is no `constructor`/],
  [`${'('.repeat(100)}1${')'.repeat(100)}`, /nested deeper than 60/],
  [`${'!'.repeat(100)}late`, /nested deeper than 60/],
  [`1${'+1'.repeat(300)}`, /more than 400 words and signs/],
  ['1'.repeat(5000), /at most 4000 are read/],
] as const) {
  test(`${source.slice(0, 40) || 'nothing'} is refused at its place`, () => {
    assert.throws(() => compileExpression(source, SCOPE), { code: 'MW_EXPRESSION_INVALID', message: says });
  });
}

test('the fields that an expression reads are named once', () => {
  assert.deepEqual(compileExpression('n > 1 ? x + x : weather.temp', SCOPE).fields, [
    'n',
    'x',
    'weather.temp',
  ]);
});
