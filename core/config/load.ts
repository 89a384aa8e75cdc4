/**
 * YAML text to a typed value. Errors name file and line, the value received, and for an unknown key the nearest known one.
 */

import { type Document, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { z } from 'zod';
import { MergewayError } from '../errors.ts';
import { FeatureDefinitions } from './features.ts';
import { DataLock } from './lock.ts';
import { MergewayConfig } from './mergeway.ts';
import { ModelConfig } from './model.ts';
import { nearest } from './nearest.ts';

/** Configuration comes from pull requests: more problems than this are counted, not described. */
const MOST_PROBLEMS = 50;

/** Without aliases a text holds fewer values than characters; with them a small one could hold millions. */
const MOST_VALUES = 50_000;

/** Characters of a received value that a message quotes. */
const LONGEST_VALUE = 80;

/** A file as it was read: `path` is for people. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

export function parseModelConfig(source: SourceText): ModelConfig {
  return parseYaml(ModelConfig, source);
}

export function parseMergewayConfig(source: SourceText): MergewayConfig {
  return parseYaml(MergewayConfig, source);
}

export function parseDataLock(source: SourceText): DataLock {
  return parseYaml(DataLock, source);
}

export function parseFeatureDefinitions(source: SourceText): FeatureDefinitions {
  return parseYaml(FeatureDefinitions, source);
}

/** Parses YAML against a schema. MW_CONFIG_INVALID lists every problem, a line each, as `path:line key: problem`. */
export function parseYaml<Schema extends z.ZodType>(
  schema: Schema,
  { path, text }: SourceText,
): z.infer<Schema> {
  const places = new LineCounter();
  const document = parseDocument(text, { lineCounter: places, uniqueKeys: false });
  const [broken] = document.errors;
  if (broken) {
    throw new MergewayError(
      'MW_CONFIG_INVALID',
      `${path}:${places.linePos(broken.pos[0]).line} ${firstLine(broken.message)}`,
    );
  }

  const twice = doubledKey(document);
  if (twice) {
    throw new MergewayError(
      'MW_CONFIG_INVALID',
      `${path}:${places.linePos(twice.at).line} ${twice.key.slice(0, LONGEST_VALUE)}: the key is there twice`,
    );
  }

  const result = schema.safeParse(toValue(document, { path, text }), { reportInput: true });
  if (result.success) return result.data;

  const issues = result.error.issues.flatMap(singleIssues);
  const known = knownKeys(schema);
  const lines = issues.slice(0, MOST_PROBLEMS).map((issue) => {
    const { at, problem } = describeIssue(issue, known);
    return `${path}:${lineOf(at)} ${at.join('.') || 'document'}: ${problem}`;
  });
  const rest = issues.length - lines.length;
  throw new MergewayError(
    'MW_CONFIG_INVALID',
    [...lines, ...(rest > 0 ? [`${path}: and ${rest} more`] : [])].join('\n'),
  );

  function lineOf(at: readonly PropertyKey[]): number {
    return lineIn(document, places, at);
  }
}

/** `path:line` of a key of a file that parsed well, for what only another file shows to be wrong. */
export function lineOfKey({ path, text }: SourceText, at: readonly PropertyKey[]): string {
  const places = new LineCounter();
  return `${path}:${lineIn(parseDocument(text, { lineCounter: places, uniqueKeys: false }), places, at)}`;
}

/** The line of the key, or of the nearest one above it that is there. */
function lineIn(document: Document, places: LineCounter, at: readonly PropertyKey[]): number {
  for (let depth = at.length; depth > 0; depth--) {
    const pair = findPair(document.contents, at.slice(0, depth));
    if (pair !== undefined) return places.linePos(pair).line;
  }
  return 1;
}

/** A key that its map has already. The library's own check compares every key with every other: 20 s for a hostile file. */
function doubledKey(document: Document): { readonly key: string; readonly at: number } | undefined {
  let found: { readonly key: string; readonly at: number } | undefined;
  visit(document, {
    Map(_, { items }) {
      const known = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (known.has(name)) found = { key: name, at: key.range?.[0] ?? 0 };
        if (found) return visit.BREAK;
        known.add(name);
      }
      return undefined;
    },
  });
  return found;
}

function toValue(document: Document, { path, text }: SourceText): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    if (isWithin(value, Math.max(MOST_VALUES, text.length))) return value;
  } catch (cause) {
    throw tooManyAliases(path, { cause });
  }
  throw tooManyAliases(path);
}

/** Whether there are at most so many values in a value, each alias counted. */
function isWithin(value: unknown, most: number): boolean {
  const open = [value];
  let seen = 0;
  while (open.length > 0 && seen <= most) {
    const one = open.pop();
    seen += 1;
    if (typeof one === 'object' && one !== null) for (const held of Object.values(one)) open.push(held);
  }
  return seen <= most;
}

function tooManyAliases(path: string, options?: ErrorOptions): MergewayError {
  return new MergewayError('MW_CONFIG_INVALID', `${path}:1 too many YAML aliases`, options);
}

/** Offset of the key (or list item) at a path in the YAML document. */
function findPair(contents: unknown, at: readonly PropertyKey[]): number | undefined {
  const [key, ...rest] = at;
  const items = (contents as { items?: readonly unknown[] } | null)?.items ?? [];
  const isPair = (item: unknown): item is { key: { value?: unknown; range?: [number] }; value: unknown } =>
    typeof item === 'object' && item !== null && 'key' in item;

  const found =
    typeof key === 'number'
      ? items[key]
      : items.find((item) => isPair(item) && String(item.key?.value) === String(key));
  if (!found) return undefined;

  const value = isPair(found) ? found.value : found;
  if (rest.length > 0) return findPair(value, rest);
  return isPair(found) ? found.key.range?.[0] : (found as { range?: [number] }).range?.[0];
}

interface Problem {
  readonly at: readonly PropertyKey[];
  readonly problem: string;
}

/** An issue of several unknown keys as one issue each; of several forms, none of which fits, the issues of the nearest. */
function singleIssues(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ ...issue, keys: [key] }));
  if (issue.code !== 'invalid_union') return [issue];
  const [nearestForm] = issue.errors.filter(isOfOneKind).sort((a, b) => a.length - b.length);
  if (!nearestForm) return [issue];
  return nearestForm.flatMap((one) => singleIssues({ ...one, path: [...issue.path, ...one.path] }));
}

/** Whether a form asks for the kind of value that is there, such as a map, so that only something in it is wrong. */
function isOfOneKind(issues: readonly z.core.$ZodIssue[]): boolean {
  return issues.every(({ code, path }) => path.length > 0 || code === 'unrecognized_keys');
}

function describeIssue(issue: z.core.$ZodIssue, known: readonly string[]): Problem {
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const elsewhere = known.includes(key) ? ' here; it belongs elsewhere' : suggestion(key, known);
    return { at: [...issue.path, key], problem: `unknown key${elsewhere}` };
  }
  if (issue.input === undefined) {
    if (issue.code === 'invalid_type')
      return { at: issue.path, problem: `missing; a value of type ${issue.expected} is needed` };
    if (issue.code === 'invalid_value')
      return { at: issue.path, problem: `missing; one of ${issue.values.join(', ')} is needed` };
  }
  if (issue.code === 'invalid_value') return { at: issue.path, problem: describeChoice(issue) };
  return { at: issue.path, problem: `${issue.message}${received(issue.input)}` };
}

/** The suggestion alone where there is one: sixty names of metrics would hide it. */
function describeChoice({ input, values }: z.core.$ZodIssueInvalidValue): string {
  const guess = typeof input === 'string' ? suggestion(input, values.map(String)) : '';
  return guess === ''
    ? `expected one of ${values.join(', ')}${received(input)}`
    : `unknown value${received(input)}${guess}`;
}

function suggestion(word: string, known: readonly string[]): string {
  const guess = nearest(word, known);
  return guess ? `; did you mean \`${guess}\`?` : '';
}

/** The value that stood there, unless it is a whole structure. */
function received(value: unknown): string {
  if (value === undefined || (typeof value === 'object' && value !== null)) return '';
  const text = JSON.stringify(value) ?? String(value);
  return `, got ${text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text}`;
}

/** Every key that a schema knows, for suggestions. */
function knownKeys(schema: z.ZodType): readonly string[] {
  const keys = new Set<string>();
  collect(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), keys);
  return [...keys];
}

function collect(node: unknown, keys: Set<string>): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [name, child] of Object.entries(node)) {
    if (name === 'properties' && typeof child === 'object' && child !== null) {
      for (const key of Object.keys(child)) keys.add(key);
    }
    collect(child, keys);
  }
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}
