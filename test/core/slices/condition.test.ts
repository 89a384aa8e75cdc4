import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MergewayError } from '#core/errors.ts';
import { parseCondition } from '#core/slices/condition.ts';

for (const { source, sql, columns } of [
  { source: 'amount > 1000', sql: '("amount" > 1000)', columns: ['amount'] },
  {
    source: "purpose in ('car', 'o''hara') and not amount <= 1.5e3",
    sql: `(("purpose" IN ('car', 'o''hara')) AND (NOT ("amount" <= 1.5e3)))`,
    columns: ['purpose', 'amount'],
  },
  {
    source: `"Weird ""name""" IS NOT NULL OR a BETWEEN -1 AND b + 2 * c`,
    sql: `(("Weird ""name""" IS NOT NULL) OR ("a" BETWEEN (- 1) AND ("b" + (2 * "c"))))`,
    columns: ['Weird "name"', 'a', 'b', 'c'],
  },
  { source: 'NOT NOT vip', sql: '"vip"', columns: ['vip'] },
  {
    source: "hour(at) >= 22 AND lower(city) NOT LIKE 'new %' AND day < DATE '2024-02-01'",
    sql: `((hour("at") >= 22) AND (NOT regexp_full_match(lower("city"), 'new .*', 's')) AND ("day" < CAST('2024-02-01' AS DATE)))`,
    columns: ['at', 'city', 'day'],
  },
  {
    source: '(a = 1 or b = 2) and c is true',
    sql: '(((("a" = 1) OR ("b" = 2))) AND ("c" IS TRUE))',
    columns: ['a', 'b', 'c'],
  },
  {
    source: "code ILIKE '50%.b_' AND a LIKE '(x)'",
    sql: `((regexp_full_match("code", '50.*\\.b.', 'si')) AND (regexp_full_match("a", '\\(x\\)', 's')))`,
    columns: ['code', 'a'],
  },
  { source: 'a - -1 = 3', sql: '(("a" - (- 1)) = 3)', columns: ['a'] },
]) {
  test(`${source} is written anew`, () => {
    const condition = parseCondition(source);

    assert.equal(condition.sql, sql);
    assert.deepEqual(condition.columns, columns);
  });
}

for (const { name, source, says } of [
  {
    name: 'a subquery',
    source: 'a IN (SELECT 1)',
    says: /^character 7: expected a column or a value, got `SELECT`/,
  },
  {
    name: 'a function that reads files',
    source: "read_text('/etc/passwd') = 'x'",
    says: /^character 1: there is no function `read_text` here/,
  },
  { name: 'a property of every object', source: 'constructor(a) = 1', says: /no function `constructor`/ },
  {
    name: 'a second statement',
    source: 'a = 1; DROP TABLE data',
    says: /^character 6: ";" is not understood/,
  },
  { name: 'a comment', source: 'a = 1 -- b', says: /^character 7: two dashes begin a comment/ },
  { name: 'a comment in stars', source: 'a = 1 /* b */', says: /expected a column or a value, got `\*`/ },
  {
    name: 'a pattern that rows bring along',
    source: 'a LIKE b',
    says: /^character 8: expected a text in single quotes, got `b`/,
  },
  { name: 'a text without its end', source: "a = 'car", says: /^character 5: "'" is not understood/ },
  {
    name: 'half a comparison',
    source: 'a >',
    says: /^character 4: expected a column or a value, got `the end`/,
  },
  { name: 'nothing', source: ' ', says: /expected a column or a value/ },
  { name: 'too few values', source: 'coalesce(a) = 1', says: /`coalesce` takes 2 to 10 values, got 1/ },
  { name: 'a cast', source: 'a::int = 1', says: /^character 2: ":" is not understood/ },
  { name: 'a parameter', source: 'a = ?', says: /"\?" is not understood/ },
  { name: 'a deep nest', source: `${'('.repeat(60)}a${')'.repeat(60)}`, says: /nested deeper than 50/ },
  { name: 'a long list', source: `a IN (${'1,'.repeat(500)}1)`, says: /more than 400 words/ },
]) {
  test(`refuses ${name}`, () => {
    assert.throws(
      () => parseCondition(source),
      (error) => {
        assert.ok(error instanceof MergewayError, String(error));
        assert.equal(error.code, 'MW_CONDITION_INVALID');
        assert.match(error.message, says);
        return true;
      },
    );
  });
}
