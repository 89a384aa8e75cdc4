// Holds requests and answers to GitHub's own OpenAPI description (`openapi.json`, cut down to the operations served).
// Each operation is compiled on first use; parameters are coerced as their schema says.
import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

type Json = Record<string, unknown>;

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Json;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly (Parameter | { $ref: string })[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Record<string, { schema: Json }> };
  readonly responses: Record<string, { $ref?: string; content?: Record<string, { schema: Json }> }>;
}

export interface Description {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: Record<string, Record<string, unknown>>;
}

/** What came of checking a request: the coerced values, or what is wrong with them. */
export interface Checked {
  readonly params: Json;
  readonly problems: readonly string[];
}

const FILE = new URL('./openapi.json', import.meta.url);
let loaded: Schema | undefined;

export class Schema {
  private readonly description: Description;
  private readonly ajv = new Ajv({
    strict: false,
    coerceTypes: 'array',
    validateFormats: false,
    allErrors: true,
  });
  private readonly exact = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  private readonly compiled = new Map<string, ValidateFunction | undefined>();

  constructor(description: Description) {
    this.description = toJsonSchema(description) as Description;
    const components = { $id: 'gh', components: this.description.components };
    this.ajv.addSchema(components);
    this.exact.addSchema(components);
  }

  /** The committed description; read and compiled once per process. */
  static load(): Schema {
    loaded ??= new Schema(JSON.parse(readFileSync(FILE, 'utf8')) as Description);
    return loaded;
  }

  has(method: string, path: string): boolean {
    return this.operation(method, path) !== undefined;
  }

  operationNames(): string[] {
    return Object.entries(this.description.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
  }

  /** Checks path, query and body of a request; `params` comes back with numbers and booleans in place of their texts. */
  checkRequest(method: string, path: string, params: Json, body: unknown): Checked {
    const operation = this.operation(method, path);
    if (!operation) return { params, problems: [`${method} ${path} is not in GitHub's description`] };

    const coerced = { ...params };
    const key = `${method} ${path}`;
    const parameters = this.validator(`${key} parameters`, this.ajv, () => this.parameterSchema(operation));
    const problems = problemsOf(parameters, coerced, 'parameters');
    const schema = operation.requestBody?.content['application/json']?.schema;
    const required = operation.requestBody?.required === true;
    if (!schema || (body === undefined && !required)) return { params: coerced, problems };

    const validate = this.validator(`${key} body`, this.exact, () => schema);
    return { params: coerced, problems: [...problems, ...problemsOf(validate, body ?? {}, 'body')] };
  }

  /** What in an answer GitHub's description doesn't allow. */
  checkResponse(method: string, path: string, status: number, body: unknown): string[] {
    const operation = this.operation(method, path);
    if (!operation) return [`${method} ${path} is not in GitHub's description`];
    if (status >= 400) return [];

    const response = this.deref(operation.responses[String(status)] ?? operation.responses.default);
    if (!response) return [`${method} ${path} never answers ${status}`];
    const schema = (response.content as Record<string, { schema: Json }> | undefined)?.['application/json']
      ?.schema;
    const validate = this.validator(`${method} ${path} ${status}`, this.exact, () => schema);
    return body === undefined ? [] : problemsOf(validate, body, `${method} ${path} ${status}`);
  }

  private operation(method: string, path: string): Operation | undefined {
    return this.description.paths[path]?.[method.toLowerCase()];
  }

  private parameterSchema(operation: Operation): Json {
    const all = (operation.parameters ?? []).map(
      (parameter) => this.deref(parameter) as unknown as Parameter,
    );
    const used = all.filter((parameter) => parameter.in !== 'header');
    return {
      type: 'object',
      properties: Object.fromEntries(used.map(({ name, schema }) => [name, schema])),
      required: used.filter(({ required }) => required).map(({ name }) => name),
    };
  }

  private deref(node: object | undefined): Json | undefined {
    const ref = (node as { $ref?: string } | undefined)?.$ref;
    if (!ref) return node as Json | undefined;
    const [, , group = '', name = ''] = ref.split('#')[1]?.split('/') ?? [];
    return this.description.components[group]?.[name] as Json;
  }

  private validator(key: string, ajv: Ajv, schema: () => Json | undefined): ValidateFunction | undefined {
    if (!this.compiled.has(key)) {
      const found = schema();
      this.compiled.set(key, found && ajv.compile(found));
    }
    return this.compiled.get(key);
  }
}

function problemsOf(validate: ValidateFunction | undefined, value: unknown, where: string): string[] {
  if (!validate || validate(value)) return [];
  return (validate.errors ?? []).map(
    (error) => `${where}${error.instancePath} ${error.message}${detail(error)}`,
  );
}

function detail(error: ErrorObject): string {
  const { allowedValues, additionalProperty, missingProperty } = error.params as Json;
  const more = allowedValues ?? additionalProperty ?? missingProperty;
  return more === undefined ? '' : ` (${JSON.stringify(more)})`;
}

/** OpenAPI 3.0 to JSON schema: `nullable` becomes a type, references point into the one shared document. */
function toJsonSchema(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(toJsonSchema);
  if (typeof node !== 'object' || node === null) return node;

  const copy: Json = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === 'discriminator' || key === 'nullable') continue;
    copy[key] = key === '$ref' ? `gh${value as string}` : toJsonSchema(value);
  }
  return (node as Json).nullable === true ? nullable(copy) : copy;
}

function nullable(schema: Json): Json {
  if (typeof schema.type !== 'string') return { anyOf: [schema, { type: 'null' }] };
  const values = schema.enum as unknown[] | undefined;
  return { ...schema, type: [schema.type, 'null'], ...(values && { enum: [...values, null] }) };
}
