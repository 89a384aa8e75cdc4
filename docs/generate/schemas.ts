/** docs/schemas: JSON schemas of the configuration, for editors, and of the report, for scripts. */

import { z } from 'zod';
import { FeatureDefinitions } from '#core/config/features.ts';
import { DataLock } from '#core/config/lock.ts';
import { MergewayConfig } from '#core/config/mergeway.ts';
import { ModelConfig } from '#core/config/model.ts';
import { ReportJson } from '#core/report/schema.ts';

const SCHEMAS = {
  model: { title: 'models/<name>/model.yaml', schema: ModelConfig },
  mergeway: { title: 'mergeway.yaml', schema: MergewayConfig },
  features: { title: 'features/*.yaml', schema: FeatureDefinitions },
  'data-lock': { title: 'A data lock', schema: DataLock },
  report: { title: 'A report, as `mergeway report --json` prints it', schema: ReportJson },
} as const;

export function schemaFiles(): Readonly<Record<string, string>> {
  const files = Object.entries(SCHEMAS).map(([name, { title, schema }]) => {
    const { $schema, ...rest } = z.toJSONSchema(schema as z.ZodType, { io: 'input' });
    const document = { $schema, title, ...rest };
    return [`docs/schemas/${name}.schema.json`, `${JSON.stringify(document, undefined, 2)}\n`];
  });
  return Object.fromEntries(files);
}
