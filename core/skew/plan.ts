/** Which columns of a log can be compared, and why the others can't. Worked out from names and types alone. */

import { nearest } from '../config/nearest.ts';
import { MergewayError } from '../errors.ts';
import type { Output } from '../features/outputs.ts';
import type { FeatureService } from '../features/service.ts';
import type { Column } from '../ports/table.ts';
import { PREFIX } from '../predictions/columns.ts';
import { restrictedNames } from '../predictions/restricted.ts';
import { type LeftOut, type SkewRequest, toleranceOf } from './request.ts';
import { type Comparison, isComparable } from './same.ts';

export interface ComparedColumn extends Comparison {
  readonly output: Output;
  /** Whether the log says how each value was found. */
  readonly hasStatus: boolean;
}

export interface SkewPlan {
  readonly compared: readonly ComparedColumn[];
  readonly leftOut: ReadonlyMap<string, LeftOut>;
  /** Join keys whose values may be shown. */
  readonly shownKeys: readonly string[];
}

/** MW_COLUMN_MISSING for a file that is no prediction log. */
export function planSkew(logged: readonly Column[], request: SkewRequest): SkewPlan {
  const types = new Map(logged.map(({ name, type }) => [name, type]));
  if (!types.has('event_time')) throw noLog(logged);
  const { service, restricted = [] } = request;
  const secret = restrictedNames(restricted, service);
  const leftOut = new Map<string, LeftOut>();
  const compared: ComparedColumn[] = [];
  for (const output of service.outputs) {
    const reason = request.leftOut?.get(output.column) ?? obstacle(output, { service, types, secret });
    if (reason) leftOut.set(output.column, reason);
    else {
      compared.push({
        output,
        dtype: output.dtype,
        tolerance: toleranceOf(request.tolerance, output.column),
        hasStatus: types.has(`${PREFIX.status}${output.column}`),
      });
    }
  }
  const keys = [...new Set(service.views.flatMap(({ joinKeys }) => joinKeys))];
  return { compared, leftOut, shownKeys: keys.filter((key) => !secret.has(key.toLowerCase())) };
}

interface Known {
  readonly service: FeatureService;
  readonly types: ReadonlyMap<string, string>;
  /** In lower case. */
  readonly secret: ReadonlySet<string>;
}

function obstacle(output: Output, { service, types, secret }: Known): LeftOut | undefined {
  const { column, dtype } = output;
  if (secret.has(column.toLowerCase())) {
    return { because: 'restricted', detail: 'restricted by the contract: the log holds no values of it' };
  }
  const type = types.get(`${PREFIX.feature}${column}`);
  if (type === undefined) return notLogged(`${PREFIX.feature}${column}`);
  if (!isComparable(dtype, type)) {
    return { because: 'incomparable', detail: `${dtype}, and the log holds it as ${type}` };
  }
  for (const name of needed(output, service)) {
    const bare = name.slice(name.indexOf('.') + 1);
    if (secret.has(bare.toLowerCase())) {
      return {
        because: 'restricted',
        detail: `needs ${bare}, which is restricted: the log holds no values of it`,
      };
    }
    if (!types.has(name)) return notLogged(name);
  }
  return undefined;
}

/** Columns of the log that a feature is computed again from. */
function needed(output: Output, service: FeatureService): readonly string[] {
  const fields = output.kind === 'feature' ? [] : (service.expressions.get(output.name)?.fields ?? []);
  const views = output.kind === 'feature' ? [output.view] : fields.map((field) => field.split('.')[0]);
  const keys = service.views.filter(({ name }) => views.includes(name)).flatMap(({ joinKeys }) => joinKeys);
  return [
    ...new Set([
      ...keys.map((key) => `${PREFIX.entity}${key}`),
      ...fields.filter((field) => !field.includes('.')).map((field) => `${PREFIX.request}${field}`),
    ]),
  ];
}

function notLogged(name: string): LeftOut {
  return { because: 'not logged', detail: `the log has no column ${name}` };
}

function noLog(logged: readonly Column[]): MergewayError {
  const names = logged.map(({ name }) => name);
  const guess = nearest('event_time', names);
  return new MergewayError(
    'MW_COLUMN_MISSING',
    `the prediction log has no column event_time${guess ? `; did you mean \`${guess}\`?` : ''} (it has ${names.slice(0, 30).join(', ')})`,
  );
}
