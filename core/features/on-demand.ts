/** Expressions at request time: what their names stand for, and whether they give what they promise. */

import type { Dtype, FeatureDefinitions } from '../config/features.ts';
import type { Field, Scope } from '../expression/check.ts';
import { compileExpression, type Expression } from '../expression/expression.ts';
import { refusal } from '../expression/refusal.ts';
import type { ExpressionType } from '../expression/types.ts';

/** Types of expressions by Feast's names. */
export const EXPRESSION_TYPES = {
  Int32: 'int',
  Int64: 'int',
  Float32: 'double',
  Float64: 'double',
  String: 'string',
  Bool: 'bool',
  UnixTimestamp: 'timestamp',
} as const satisfies Record<Dtype, ExpressionType>;

/** The key of a view's feature in expressions. Request fields are known by their name, which holds no dot. */
export function featureKey(view: string, feature: string): string {
  return `${view}.${feature}`;
}

/** The compiled expression; its fields are `view.feature` or a request field's name. MW_EXPRESSION_INVALID. */
export function compileOnDemand(
  { expr, dtype }: FeatureDefinitions['on_demand'][number],
  scope: Scope,
): Expression {
  const expression = compileExpression(expr, scope);
  const wanted = EXPRESSION_TYPES[dtype];
  if (expression.type === wanted) return expression;
  throw refusal(0, `this gives ${expression.type}, and ${dtype} needs ${wanted}`);
}

/** What expressions may name: `view.feature`, and the bare name of whatever has it alone. Made once, for all of them. */
export function scopeOf({ feature_views: views, request_fields: fields }: FeatureDefinitions): Scope {
  const bare = new Map<string, Field[]>();
  const full = new Map<string, Field>();
  const add = (name: string, field: Field) => {
    full.set(field.key, field);
    const same = bare.get(name);
    if (same) same.push(field);
    else bare.set(name, [field]);
  };
  for (const { name, dtype } of fields) add(name, { key: name, type: EXPRESSION_TYPES[dtype] });
  for (const view of views) {
    for (const { name, dtype } of view.schema) {
      add(name, { key: featureKey(view.name, name), type: EXPRESSION_TYPES[dtype] });
    }
  }
  return { names: [...new Set([...bare.keys(), ...full.keys()])], find };

  function find(name: string): Field | undefined {
    const [first, second] = bare.get(name) ?? [];
    if (first && second) {
      throw refusal(0, `\`${name}\` is both \`${first.key}\` and \`${second.key}\`; write which`);
    }
    return first ?? full.get(name);
  }
}
