/** What differs between the inputs of two candidates, so that a reviewer sees the causes beside the effects. */

import type { FeatureParts, InputParts } from './input-digest.ts';

export interface InputChange {
  readonly kind: 'command' | 'parameter' | 'data' | 'code' | 'feature' | 'feature source' | 'default';
  /** Of the parameter, or the path; '' for the command. */
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Values that people can read; absent where they are digests, and where there is none. */
  readonly before?: string;
  readonly after?: string;
}

/** One for each thing that differs, causes that are easily overlooked first; empty when nothing does. */
export function inputChanges(before: InputParts, after: InputParts): readonly InputChange[] {
  const told = { told: true };
  return [
    ...recordChanges('command', { '': before.command }, { '': after.command }, told),
    ...recordChanges('parameter', before.params, after.params, told),
    ...recordChanges('data', before.data, after.data),
    ...featureChanges(before.features, after.features),
    ...recordChanges('code', before.code, after.code),
  ];
}

/** `parameter depth: 6 → 7`, `code src/train.py: changed`. */
export function changeText({ kind, name, change, before, after }: InputChange): string {
  const what = name === '' ? kind : `${kind} ${name}`;
  if (before !== undefined && after !== undefined) return `${what}: ${before} → ${after}`;
  const value = before ?? after;
  return `${what}: ${change}${value === undefined ? '' : ` (${value})`}`;
}

function featureChanges(
  before: FeatureParts | undefined,
  after: FeatureParts | undefined,
): readonly InputChange[] {
  return [
    ...recordChanges('feature', serviceParts(before), serviceParts(after)),
    ...recordChanges('feature source', before?.sources ?? {}, after?.sources ?? {}),
    ...recordChanges('default', before?.defaults ?? {}, after?.defaults ?? {}, { told: true }),
  ];
}

function serviceParts(parts: FeatureParts | undefined): Readonly<Record<string, string>> {
  return parts ? { service: parts.service, 'event time': parts.time } : {};
}

function recordChanges<T>(
  kind: InputChange['kind'],
  before: Readonly<Record<string, T>>,
  after: Readonly<Record<string, T>>,
  { told = false }: { readonly told?: boolean } = {},
): readonly InputChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name): readonly InputChange[] => {
    const [was, is] = [Object.hasOwn(before, name), Object.hasOwn(after, name)];
    if (was && is && before[name] === after[name]) return [];
    return [
      {
        kind,
        name,
        change: was ? (is ? 'changed' : 'removed') : 'added',
        ...(told && was && { before: valueText(before[name]) }),
        ...(told && is && { after: valueText(after[name]) }),
      },
    ];
  });
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
