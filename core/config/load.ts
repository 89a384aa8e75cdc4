/**
 * YAML text to a typed value. Errors name file and line, the value received, and for an unknown key the nearest known one.
 */

import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { MergewayError } from '../errors.ts';
import { DataLock } from './lock.ts';
import { MergewayConfig } from './mergeway.ts';
import { ModelConfig } from './model.ts';
import { nearest } from './nearest.ts';

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

/** Parses YAML against a schema. MW_CONFIG_INVALID lists every problem, a line each, as `path:line key: problem`. */
export function parseYaml<Schema extends z.ZodType>(
  schema: Schema,
  { path, text }: SourceText,
): z.infer<Schema> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) {
    throw new MergewayError(
      'MW_CONFIG_INVALID',
      `${path}:${lines.linePos(broken.pos[0]).line} ${firstLine(broken.message)}`,
    );
  }

  const result = schema.safeParse(toValue(document, path), { reportInput: true });
  if (result.success) return result.data;

  const known = knownKeys(schema);
  const problems = result.error.issues
    .flatMap((issue) => describeIssue(issue, known))
    .map(({ at, problem }) => {
      return `${path}:${lineOf(at)} ${at.join('.') || 'document'}: ${problem}`;
    });
  throw new MergewayError('MW_CONFIG_INVALID', problems.join('\n'));

  function lineOf(at: readonly PropertyKey[]): number {
    for (let depth = at.length; depth > 0; depth--) {
      const pair = findPair(document.contents, at.slice(0, depth));
      if (pair !== undefined) return lines.linePos(pair).line;
    }
    return 1;
  }
}

function toValue(document: ReturnType<typeof parseDocument>, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new MergewayError('MW_CONFIG_INVALID', `${path}:1 too many YAML aliases`, { cause });
  }
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

function describeIssue(issue: z.core.$ZodIssue, known: readonly string[]): readonly Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const guess = nearest(key, known);
      return {
        at: [...issue.path, key],
        problem: `unknown key${guess ? `; did you mean \`${guess}\`?` : ''}`,
      };
    });
  }
  if (issue.code === 'invalid_value' && typeof issue.input === 'string') {
    const guess = nearest(issue.input, issue.values.map(String));
    return [
      {
        at: issue.path,
        problem: `${issue.message}, got ${JSON.stringify(issue.input)}${guess ? `; did you mean \`${guess}\`?` : ''}`,
      },
    ];
  }
  if (issue.code === 'invalid_type' && issue.input === undefined) {
    return [{ at: issue.path, problem: `missing; a value of type ${issue.expected} is needed` }];
  }
  return [{ at: issue.path, problem: issue.message }];
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
