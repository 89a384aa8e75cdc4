/**
 * The serving side of a feature service: for every row of a request the values that the point-in-time join would give at that time, and
 * how each came about. The store has only the latest row of a key, so this is the join's answer where everything up to the time was
 * materialised and nothing after it; a row from after it counts as not found, since what was there before is gone.
 * Everything that does not depend on the request is worked out once.
 */

import type { Dtype } from '../config/features.ts';
import { MergewayError } from '../errors.ts';
import type { Closure, Inputs } from '../expression/closure.ts';
import type { Value } from '../expression/types.ts';
import type { EntityKey, OnlineRead, OnlineRow, OnlineStore, OnlineView } from '../ports/online-store.ts';
import { keyPart, seenByExpressions, valueOfField } from './exact-values.ts';
import { featureKey } from './on-demand.ts';
import { onlineView } from './online-view.ts';
import type { FeatureService, ServiceView } from './service.ts';

/** Feast's words. A value is there only with PRESENT; with every other status it is null. */
export type FeatureStatus = 'PRESENT' | 'NULL_VALUE' | 'NOT_FOUND' | 'OUTSIDE_MAX_AGE';

/** Join keys and request fields by name; what is absent is null. */
export type LookupRow = Readonly<Record<string, Value>>;

export interface LookedUp {
  /** By output column, in the service's order. */
  readonly values: Readonly<Record<string, Value>>;
  /** By output column, of features of views; what an expression gives has none. */
  readonly statuses: Readonly<Record<string, FeatureStatus>>;
}

/** `at`: microseconds since 1970. MW_REQUEST_INVALID where a request field is not of its type, and what the store throws. */
export type Lookup = (rows: readonly LookupRow[], at: bigint) => Promise<readonly LookedUp[]>;

/** The lookup of a service. The store is read once for all rows and views, and once for equal keys. */
export function createLookup(service: FeatureService, store: OnlineStore, project = ''): Lookup {
  const views = service.views.map((view) => planView(view, project));
  const outputs = planOutputs(service);
  const inputs = service.expressions.size > 0 ? planInputs(service) : undefined;

  return async (rows, at) => {
    const reads = views.map((view) => planRead(view, rows));
    const found = await store.read(reads.map(({ read }) => read));
    return rows.map((row, index) => {
      const answers = views.map((view, place) => {
        const slot = reads[place]?.slots[index] ?? NO_KEY;
        return answer(slot === NO_KEY ? undefined : found[place]?.[slot], view, at);
      });
      return assemble(outputs, answers, inputs?.(row, answers, index) ?? {});
    });
  };
}

/** A view of the service, ready to be read. */
interface ViewPlan {
  readonly view: OnlineView;
  readonly joinKeys: readonly string[];
  /** Places of the service's features in the view's rows. */
  readonly places: readonly number[];
  /** Microseconds. */
  readonly ttl: bigint | undefined;
  readonly cutOff: boolean;
}

function planView(view: ServiceView, project: string): ViewPlan {
  return {
    view: onlineView(view, project),
    joinKeys: view.joinKeys,
    places: view.features.map(({ name }) => view.schema.findIndex((field) => field.name === name)),
    ttl: view.ttlMs === undefined ? undefined : BigInt(Math.round(view.ttlMs * 1000)),
    cutOff: view.cutOff,
  };
}

const NO_KEY = -1;

interface PlannedRead {
  readonly read: OnlineRead;
  /** Where each row's key is among the keys; NO_KEY where a part of it is null. */
  readonly slots: readonly number[];
}

function planRead({ view, joinKeys, places }: ViewPlan, rows: readonly LookupRow[]): PlannedRead {
  const keys: EntityKey[] = [];
  const slots: number[] = [];
  const known = new Map<string, number>();
  for (const row of rows) {
    const key = joinKeys.map((name) => keyPart(fieldOf(row, name)));
    if (key.includes(null)) {
      slots.push(NO_KEY);
      continue;
    }
    const id = rows.length > 1 ? idOf(key) : '';
    const slot = known.get(id) ?? keys.push(key) - 1;
    known.set(id, slot);
    slots.push(slot);
  }
  return { read: { view, keys, places }, slots };
}

/** Text goes with its length, so that no two keys have one id. */
function idOf(key: EntityKey): string {
  return key
    .map((part) => (typeof part === 'string' ? `${part.length}:${part}` : `${typeof part}:${part}`))
    .join();
}

/** What a view says of one row: values by their place in the plan, or why there are none. */
type Answer =
  | { readonly values: readonly Value[] }
  | { readonly values?: undefined; readonly status: 'NOT_FOUND' | 'OUTSIDE_MAX_AGE' };

const NOT_FOUND: Answer = { status: 'NOT_FOUND' };
const OUTSIDE_MAX_AGE: Answer = { status: 'OUTSIDE_MAX_AGE' };

/** The point-in-time rule, for the one row there is: an age of exactly the ttl counts. */
function answer(row: OnlineRow | undefined, { ttl, cutOff }: ViewPlan, at: bigint): Answer {
  if (row === undefined || row.event > at) return NOT_FOUND;
  if (cutOff && row.created !== null && row.created > at) return NOT_FOUND;
  return ttl !== undefined && at - row.event > ttl ? OUTSIDE_MAX_AGE : row;
}

type OutputPlan =
  | { readonly column: string; readonly view: number; readonly place: number }
  | { readonly column: string; readonly view?: undefined; readonly closure: Closure };

function planOutputs({ outputs, views, expressions }: FeatureService): readonly OutputPlan[] {
  return outputs.map((output) => {
    const { column } = output;
    if (output.kind === 'on-demand') {
      return { column, closure: expressions.get(output.name)?.closure() ?? (() => null) };
    }
    const view = views.findIndex(({ name }) => name === output.view);
    const place = views[view]?.features.findIndex(({ name }) => name === output.feature) ?? -1;
    return { column, view, place };
  });
}

function assemble(outputs: readonly OutputPlan[], answers: readonly Answer[], inputs: Inputs): LookedUp {
  const values: Record<string, Value> = {};
  const statuses: Record<string, FeatureStatus> = {};
  for (const output of outputs) {
    if (output.view === undefined) {
      values[output.column] = output.closure(inputs);
      continue;
    }
    const given = answers[output.view] ?? NOT_FOUND;
    const value = given.values?.[output.place] ?? null;
    values[output.column] = value;
    statuses[output.column] = given.values ? (value === null ? 'NULL_VALUE' : 'PRESENT') : given.status;
  }
  return { values, statuses };
}

/** What expressions read, by their fields' keys. */
function planInputs(
  service: FeatureService,
): (row: LookupRow, answers: readonly Answer[], index: number) => Inputs {
  const read = new Set([...service.expressions.values()].flatMap(({ fields }) => fields));
  const features = service.views.flatMap((view, index) =>
    view.features
      .map(({ name, dtype }, place) => ({ key: featureKey(view.name, name), dtype, view: index, place }))
      .filter(({ key }) => read.has(key)),
  );
  return (row, answers, index) => {
    const inputs: Record<string, Value> = {};
    for (const { key, dtype, view, place } of features) {
      inputs[key] = seenByExpressions(dtype, answers[view]?.values?.[place] ?? null);
    }
    for (const { name, dtype } of service.requestFields) {
      inputs[name] = seenByExpressions(dtype, requestField(row, name, dtype, index));
    }
    return inputs;
  };
}

function requestField(row: LookupRow, name: string, dtype: Dtype, index: number): Value {
  const received = fieldOf(row, name);
  const value = valueOfField(dtype, received);
  if (value !== undefined) return value;
  const shown = typeof received === 'string' ? JSON.stringify(received.slice(0, 80)) : String(received);
  throw new MergewayError('MW_REQUEST_INVALID', `row ${index + 1}, field ${name}: ${shown} is no ${dtype}`);
}

function fieldOf(row: LookupRow, name: string): Value {
  return Object.hasOwn(row, name) ? (row[name] ?? null) : null;
}
