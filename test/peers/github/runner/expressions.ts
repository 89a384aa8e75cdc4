// `${{ … }}` by GitHub's own evaluator (@actions/expressions), with the contexts and status functions of a runner.
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

type Data = ReturnType<Evaluator['evaluate']>;
type Functions = ConstructorParameters<typeof Evaluator>[2];

/** The values of `github`, `env`, `needs` … as plain JSON. */
export type Contexts = Readonly<Record<string, unknown>>;

/** What `success()`, `failure()` and `cancelled()` answer. */
export interface Status {
  readonly failed: boolean;
  readonly cancelled: boolean;
  /** A needed job did not succeed: skipped, say. Then nothing is a success, and nothing failed. */
  readonly unmet?: boolean;
}

export interface Situation {
  readonly contexts: Contexts;
  readonly status: Status;
  /** Digest of the files that patterns name; absent where there is no workspace. */
  readonly hashFiles?: (patterns: readonly string[]) => string;
}

/** Every context may be named anywhere; those that a place lacks are empty. */
const CONTEXTS = [
  'github',
  'env',
  'vars',
  'secrets',
  'inputs',
  'steps',
  'needs',
  'matrix',
  'strategy',
  'job',
  'jobs',
  'runner',
];
/** One expression within a text; quotes may hold braces. */
const EXPRESSION = /\$\{\{((?:'(?:[^']|'')*'|[^'])*?)\}\}/g;
const STATUS_FUNCTION = /\b(success|failure|always|cancelled)\s*\(/;

/** The value of one expression, without its braces, as JSON. */
export function evaluate(expression: string, situation: Situation): unknown {
  return toJson(run(expression, situation));
}

/** A text with every expression in it replaced by its value. */
export function interpolate(text: string, situation: Situation): string {
  return text.replaceAll(EXPRESSION, (_, expression: string) => run(expression, situation).coerceString());
}

/** A value from YAML with its expressions evaluated; a text that is one expression keeps the type of its value. */
export function resolveValue(value: unknown, situation: Situation): unknown {
  if (typeof value === 'string') return resolveText(value, situation);
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, situation));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveValue(item, situation)]));
}

function resolveText(text: string, situation: Situation): unknown {
  const [match, ...others] = text.matchAll(EXPRESSION);
  const whole = match && others.length === 0 && match[0] === text.trim();
  return whole ? evaluate(match[1] ?? '', situation) : interpolate(text, situation);
}

/** Values as the environment and inputs take them: texts. */
export function resolveTexts(
  values: Readonly<Record<string, unknown>> | undefined,
  situation: Situation,
): Record<string, string> {
  const entries = Object.entries(values ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, asText(resolveValue(value, situation))]));
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Whether an `if:` holds. Without a status function it means `success() && …`. */
export function holds(condition: string | boolean | number | undefined, situation: Situation): boolean {
  const text = String(condition ?? 'success()').trim();
  const inner = /^\$\{\{([\s\S]*)\}\}$/.exec(text)?.[1] ?? text;
  const expression = STATUS_FUNCTION.test(inner) ? inner : `success() && (${inner})`;
  return run(`(${expression}) && true || false`, situation).coerceString() === 'true';
}

function run(expression: string, situation: Situation): Data {
  const functions = functionsFor(situation);
  const tokens = new Lexer(expression).lex().tokens;
  const tree = new Parser(tokens, CONTEXTS, [...functions.values()]).parse();
  const context = new data.Dictionary(
    ...CONTEXTS.map((key) => ({ key, value: toData(situation.contexts[key] ?? {}) })),
  );
  return new Evaluator(tree, context, functions).evaluate();
}

function functionsFor({ status, hashFiles }: Situation): NonNullable<Functions> {
  const say = (name: string, answer: boolean) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(answer),
  });
  const hash = (...patterns: Data[]) =>
    new data.StringData(hashFiles?.(patterns.map((pattern) => pattern.coerceString())) ?? '');
  const all = [
    say('always', true),
    say('success', !(status.failed || status.cancelled || status.unmet)),
    say('failure', status.failed && !status.cancelled),
    say('cancelled', status.cancelled),
    { name: 'hashFiles', minArgs: 1, maxArgs: 255, call: hash },
  ];
  return new Map(all.map((definition) => [definition.name.toLowerCase(), definition]));
}

function toData(value: unknown): Data {
  if (value === null || value === undefined) return new data.Null();
  if (typeof value === 'string') return new data.StringData(value);
  if (typeof value === 'number') return new data.NumberData(value);
  if (typeof value === 'boolean') return new data.BooleanData(value);
  if (Array.isArray(value)) return new data.Array(...value.map(toData));
  const pairs = Object.entries(value).map(([key, item]) => ({ key, value: toData(item) }));
  return new data.Dictionary(...pairs);
}

function toJson(value: Data): unknown {
  return JSON.parse(JSON.stringify(value, data.replacer) ?? 'null');
}
