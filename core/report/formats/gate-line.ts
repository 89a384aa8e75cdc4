/** Where a result's gate stands in its model's `model.yaml`, so that an annotation points at the line that asked for it. */

import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { GateResult } from '../../gates/result.ts';

/** The line, from 1; where the gate is not found, that of its section, of `gates`, or the first. */
export function gateLine(text: string, result: GateResult): number {
  const places = new LineCounter();
  const document = parseDocument(text, { lineCounter: places, uniqueKeys: false });
  const gates = pairOf(document.contents, 'gates');
  const section = gates && pairOf(gates.value, result.gate);
  const entry = section && isSeq(section.value) ? section.value.items.find(isOf(result)) : undefined;
  const node = (entry as Node | undefined) ?? section?.key ?? gates?.key;
  return node?.range ? places.linePos(node.range[0]).line : 1;
}

interface Found {
  readonly key: Node;
  readonly value: unknown;
}

function pairOf(node: unknown, name: string): Found | undefined {
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && key.value === name);
  return pair && isScalar(pair.key) ? { key: pair.key, value: pair.value } : undefined;
}

/** Same subject, same groups, and against the champion where the result is. */
function isOf({ name, subject, by }: GateResult): (item: unknown) => boolean {
  return (item) => {
    if (!isMap(item)) return false;
    const {
      metric,
      percentile,
      by: groups,
      versus,
      margin,
      ratio,
    } = item.toJSON() as Record<string, unknown>;
    if (metric !== subject && `p${String(percentile)}` !== subject) return false;
    if (by && JSON.stringify(groups) !== JSON.stringify(by)) return false;
    const compares = versus !== undefined || margin !== undefined || ratio !== undefined;
    return compares || !name.endsWith('versus champion');
  };
}
