/** A row of a data set as the online store takes it. */

import { microsOf } from '#core/expression/types.ts';
import { keyPart, valueOfCell } from '#core/features/exact-values.ts';
import type { ServiceView } from '#core/features/service.ts';
import type { OnlineRow } from '#core/ports/online-store.ts';
import type { Row } from '#core/ports/table.ts';

export function onlineRow(row: Row, { joinKeys, schema, source }: ServiceView): OnlineRow {
  const { timestamp_field: event, created_timestamp_field: created } = source;
  return {
    key: joinKeys.map((name) => keyPart(row[name] ?? null)),
    event: microsOf(String(row[event])) ?? 0n,
    created: created === undefined ? null : (microsOf(String(row[created])) ?? null),
    values: schema.map(({ name, dtype }) => valueOfCell(dtype, row[name] ?? null)),
  };
}
