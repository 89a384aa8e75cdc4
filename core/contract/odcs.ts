/**
 * The part of an ODCS v3 data contract that Mergeway reads: https://bitol-io.github.io/open-data-contract-standard/
 * Tolerant of what is none of our business (servers, team, price); strict where a misspelt key would switch a check off.
 */

import { z } from 'zod';
import { parseYaml, type SourceText } from '../config/load.ts';

const Name = z.string().min(1).max(200);
const Elsewhere = z.unknown().optional();

/** Keys that every element of a schema may have and that decide nothing here. */
const DESCRIPTION = {
  id: Elsewhere,
  physicalType: Elsewhere,
  description: Elsewhere,
  businessName: Elsewhere,
  authoritativeDefinitions: Elsewhere,
  customProperties: Elsewhere,
} as const;

const Bound = z.union([z.number(), z.string().max(100)]);

const LogicalTypeOptions = z.strictObject({
  minLength: z.number().int().min(0).optional(),
  maxLength: z.number().int().min(0).optional(),
  pattern: z.string().max(2000).optional(),
  format: z.string().optional(),
  minimum: Bound.optional(),
  maximum: Bound.optional(),
  /** A number, date or time in v3.1; in v3.0 `true` made `minimum` exclusive. */
  exclusiveMinimum: z.union([Bound, z.boolean()]).optional(),
  exclusiveMaximum: z.union([Bound, z.boolean()]).optional(),
  multipleOf: z.number().positive().optional(),
  timezone: z.boolean().optional(),
  defaultTimezone: z.string().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  uniqueItems: z.boolean().optional(),
  minProperties: z.number().optional(),
  maxProperties: z.number().optional(),
  required: z.array(z.string()).optional(),
});

const OPERATORS = {
  mustBe: z.unknown().optional(),
  mustNotBe: z.unknown().optional(),
  mustBeGreaterThan: z.number().optional(),
  mustBeGreaterOrEqualTo: z.number().optional(),
  mustBeLessThan: z.number().optional(),
  mustBeLessOrEqualTo: z.number().optional(),
  mustBeBetween: z.tuple([z.number(), z.number()]).optional(),
  mustNotBeBetween: z.tuple([z.number(), z.number()]).optional(),
} as const;

export const QualityCheck = z.strictObject({
  id: Elsewhere,
  authoritativeDefinitions: Elsewhere,
  businessImpact: Elsewhere,
  customProperties: Elsewhere,
  description: Elsewhere,
  dimension: Elsewhere,
  method: Elsewhere,
  schedule: Elsewhere,
  scheduler: Elsewhere,
  tags: Elsewhere,
  name: z.string().max(200).optional(),
  severity: z.string().max(50).optional(),
  type: z.enum(['text', 'library', 'sql', 'custom']).default('library'),
  unit: z.string().max(50).optional(),
  metric: z.string().max(100).optional(),
  rule: z.string().max(100).optional(),
  arguments: z.record(z.string(), z.unknown()).optional(),
  query: Elsewhere,
  engine: Elsewhere,
  implementation: Elsewhere,
  ...OPERATORS,
});
export type QualityCheck = z.infer<typeof QualityCheck>;

export const LogicalType = z.enum([
  'string',
  'date',
  'timestamp',
  'time',
  'number',
  'integer',
  'object',
  'array',
  'boolean',
]);
export type LogicalType = z.infer<typeof LogicalType>;

export const ContractProperty = z.strictObject({
  ...DESCRIPTION,
  name: Name,
  tags: z.array(z.string()).optional(),
  logicalType: LogicalType.optional(),
  logicalTypeOptions: LogicalTypeOptions.default({}),
  physicalName: Name.optional(),
  required: z.boolean().default(false),
  unique: z.boolean().default(false),
  primaryKey: z.boolean().default(false),
  primaryKeyPosition: z.number().int().default(-1),
  classification: z.string().optional(),
  quality: z.array(QualityCheck).max(200).default([]),
  partitioned: Elsewhere,
  partitionKeyPosition: Elsewhere,
  encryptedName: Elsewhere,
  transformSourceObjects: Elsewhere,
  transformLogic: Elsewhere,
  transformDescription: Elsewhere,
  examples: Elsewhere,
  criticalDataElement: Elsewhere,
  relationships: Elsewhere,
  properties: Elsewhere,
  items: Elsewhere,
});
export type ContractProperty = z.infer<typeof ContractProperty>;

export const ContractObject = z.strictObject({
  ...DESCRIPTION,
  name: Name,
  tags: Elsewhere,
  logicalType: Elsewhere,
  physicalName: Elsewhere,
  dataGranularityDescription: Elsewhere,
  relationships: Elsewhere,
  properties: z.array(ContractProperty).max(5000).default([]),
  quality: z.array(QualityCheck).max(500).default([]),
});
export type ContractObject = z.infer<typeof ContractObject>;

export const DataContract = z.looseObject({
  apiVersion: z.string().regex(/^v3\.\d+\.\d+/, 'Mergeway reads ODCS v3 contracts, such as v3.1.0'),
  kind: z.literal('DataContract'),
  id: Name,
  version: z.string().max(50),
  status: z.string().optional(),
  schema: z.array(ContractObject).min(1).max(100),
});
export type DataContract = z.infer<typeof DataContract>;

/** Parses a contract. MW_CONFIG_INVALID names every problem with its line. */
export function parseContract(source: SourceText): DataContract {
  return parseYaml(DataContract, source);
}

/** The column of the data that a property speaks of. */
export function columnOf(property: ContractProperty): string {
  return property.physicalName ?? property.name;
}

/** Classifications and tags whose values never leave the data. */
const SECRET = /restrict|confidential|sensitive|secret|personal|\bpii\b/i;

/** Columns of every object whose values must not be shown, sorted. */
export function secretColumns({ schema }: DataContract): readonly string[] {
  const columns = schema.flatMap(({ properties }) => properties.filter(isSecret).map(columnOf));
  return [...new Set(columns)].sort();
}

/** Whether samples must not show this column's values. */
export function isSecret(property: ContractProperty): boolean {
  return [property.classification ?? '', ...(property.tags ?? [])].some((word) => SECRET.test(word));
}
