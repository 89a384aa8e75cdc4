/** Columns of a prediction that must not be written down in clear: those that the contract names, and what a service makes of them. */

import type { FeatureService } from '../features/service.ts';

/** In lower case: DuckDB's names know no capitals. */
export function restrictedNames(
  columns: readonly string[],
  service: FeatureService | undefined,
): ReadonlySet<string> {
  const names = new Set(columns.map((column) => column.toLowerCase()));
  return new Set([...names, ...derived(names, service)].map((name) => name.toLowerCase()));
}

/** A feature under its long name, and an expression that reads a restricted feature or request field. */
function derived(names: ReadonlySet<string>, service: FeatureService | undefined): readonly string[] {
  const isRestricted = (name: string) => names.has(name.toLowerCase());
  return (service?.outputs ?? [])
    .filter((output) => {
      if (output.kind === 'feature') return isRestricted(output.feature);
      const fields = service?.expressions.get(output.name)?.fields ?? [];
      return fields.some((field) => isRestricted(field) || isRestricted(bareName(field)));
    })
    .map(({ column }) => column);
}

/** `income.monthly` → `monthly`; a request field's key is its name. */
function bareName(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}
