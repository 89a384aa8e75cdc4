/**
 * The story of a skew comparison: the newest rows of the prediction log become labels of the join that makes training data, and what was
 * served is held against what that gives, point in time. Where values differ, some are looked into for the likely cause.
 */

import type { SkewEvidence, SkewFeature } from '../evidence/skew.ts';
import { checkColumns } from '../features/columns.ts';
import { tableOfView } from '../features/join-sql.ts';
import { DTYPE_SQL } from '../features/source-sql.ts';
import type { OpenTable, Table } from '../ports/table.ts';
import { type Coverage, coveredOf, coverageOf } from '../skew/coverage.ts';
import { explain } from '../skew/explain.ts';
import { planSkew } from '../skew/plan.ts';
import type { LogPart, SkewRequest } from '../skew/request.ts';
import { AT, comparedSql, countsSql, differsName, type LogColumns, labelsSql } from '../skew/sql.ts';
import { columnsByTable } from '../tables.ts';

/** So many rows are compared, unless the request says otherwise. */
const MOST_ROWS = 20_000;
/** Parts of the log that are read at most. */
const MOST_PARTS = 1000;

/** MW_COLUMN_MISSING, MW_FEATURES_MISMATCH, and those of the table. Nothing to compare is an answer, with a note. */
export async function compareSkew(table: Table, request: SkewRequest): Promise<SkewEvidence> {
  const covered = coveredOf(request.covered ?? (await coverageOf(table, request)), request.window);
  const parts = partsToRead(request, covered);
  if (parts.length === 0) return nothing(request, { note: emptyNote(request, covered) });

  const views = request.sources.map((source, index): [string, readonly string[]] => [
    tableOfView(index),
    source.paths,
  ]);
  const paths: string[] = [];
  for (const part of parts) paths.push(await part.local());
  const opened = await table.open(paths, { union: true, also: Object.fromEntries(views) });
  try {
    return await compare(opened, request, covered);
  } finally {
    await opened.close();
  }
}

async function compare(opened: OpenTable, request: SkewRequest, covered: Coverage): Promise<SkewEvidence> {
  const plan = planSkew(opened.columns, request);
  const leftOut = leftOutFeatures(plan.leftOut);
  if (plan.compared.length === 0) {
    return nothing(request, { note: 'the log has no column that can be compared', features: leftOut });
  }
  const columns: LogColumns = {
    request,
    plan,
    logged: opened.columns,
    keyTypes: await checkedKeyTypes(opened, request),
  };
  const labels = labelsSql(columns, covered, request.mostRows ?? MOST_ROWS);
  const compared = comparedSql(labels, columns);
  const [counts] = await opened.query(countsSql(compared, columns));
  const rows = Number(counts?.rows ?? 0);
  if (!counts || rows === 0)
    return nothing(request, { note: emptyNote(request, covered), features: leftOut });

  const differing = plan.compared.map((_, index) => Number(counts[differsName(index)] ?? 0));
  const explained = await explain(opened, { columns, labels, compared, differing });
  const features = plan.compared.map(({ output: { column } }, index): SkewFeature => {
    const cause = explained.causes.get(index) ?? null;
    return { column, compared: rows, differing: differing[index] ?? 0, cause };
  });
  return {
    ...heading(request),
    rows,
    from: String(counts.from),
    to: String(counts.to),
    features: [...features, ...leftOut],
    examples: [...explained.examples],
  };
}

/** Types of the join keys as the sources have them, after the sources were found fit for the join. */
async function checkedKeyTypes(
  opened: OpenTable,
  { service, sources }: SkewRequest,
): Promise<ReadonlyMap<string, string>> {
  const described = await columnsByTable(opened);
  const views = sources.map(({ name }, index) => ({
    name,
    columns: described.get(tableOfView(index)) ?? [],
  }));
  const types = new Map<string, string>();
  for (const [index, { joinKeys }] of service.views.entries()) {
    for (const key of joinKeys) {
      const type = views[index]?.columns.find(({ name }) => name === key)?.type;
      if (type !== undefined && !types.has(key)) types.set(key, type);
    }
  }
  const labels = [
    { name: AT, type: 'TIMESTAMP WITH TIME ZONE' },
    ...[...types].map(([name, type]) => ({ name, type })),
    ...service.requestFields
      .filter(({ name }) => !types.has(name))
      .map(({ name, dtype }) => ({ name, type: DTYPE_SQL[dtype] })),
  ];
  checkColumns(service, { name: 'the prediction log', columns: labels }, views, AT);
  return types;
}

/** Parts that may hold rows of the time that is covered, newest first; of too many the newest, or some of the whole time. */
function partsToRead({ parts, pick }: SkewRequest, { from, to }: Coverage): readonly LogPart[] {
  const within = parts
    .filter((part) => to === undefined || part.from === undefined || part.from < to)
    .filter((part) => from === undefined || part.to === undefined || part.to >= from)
    .toSorted((a, b) => (b.to ?? 0) - (a.to ?? 0));
  if (pick !== 'spread') return within.slice(0, MOST_PARTS);
  const step = Math.max(1, within.length / MOST_PARTS);
  return within.filter((_, place) => Math.floor(place / step) > Math.floor((place - 1) / step));
}

function emptyNote({ parts, version }: SkewRequest, { to, endsWith }: Coverage): string {
  if (parts.length === 0) return 'the prediction log has no rows of this model';
  const whose = version === undefined ? 'no row' : `no row of ${version}`;
  if (to === undefined || endsWith === undefined) return `the prediction log has ${whose} in this time`;
  return `the prediction log has ${whose} before ${new Date(to).toISOString()}, where ${endsWith} ends`;
}

function leftOutFeatures(leftOut: ReturnType<typeof planSkew>['leftOut']): readonly SkewFeature[] {
  return [...leftOut].map(([column, reason]) => ({
    column,
    compared: 0,
    differing: 0,
    cause: null,
    leftOut: { because: reason.because, detail: reason.detail.slice(0, 300) },
  }));
}

function nothing(
  request: SkewRequest,
  { note, features = [] }: { readonly note: string; readonly features?: readonly SkewFeature[] },
): SkewEvidence {
  return {
    ...heading(request),
    rows: 0,
    from: null,
    to: null,
    features: [...features],
    examples: [],
    note: note.slice(0, 300),
  };
}

function heading({ service, version }: SkewRequest): Pick<SkewEvidence, 'service' | 'digest' | 'version'> {
  return { service: service.name, digest: service.digest, version: version ?? null };
}
