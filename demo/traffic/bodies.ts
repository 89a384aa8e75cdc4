/** Requests of the Open Inference Protocol, one per row of a table, with the inputs that the served model names. */

import { duckdbTable } from '#adapters/duckdb/table.ts';
import type { Cell, Columns } from '#core/ports/table.ts';

interface Input {
  readonly name: string;
  readonly datatype: string;
}

/** Every row of the Parquet file as an inference request's bytes. */
export async function requestBodies(file: string, url: string, model: string): Promise<readonly Buffer[]> {
  const inputs = await modelInputs(url, model);
  const table = await duckdbTable().open([file]);
  const bodies: Buffer[] = [];
  for await (const batch of table.read({ columns: inputs.map(({ name }) => name) })) {
    for (let row = 0; row < batch.rows; row++)
      bodies.push(Buffer.from(JSON.stringify(requestOf(inputs, batch, row))));
  }
  await table.close();
  return bodies;
}

async function modelInputs(url: string, model: string): Promise<readonly Input[]> {
  const response = await fetch(new URL(`/v2/models/${model}`, url));
  const metadata = (await response.json()) as { inputs: readonly Input[] };
  return metadata.inputs;
}

function requestOf(inputs: readonly Input[], batch: Columns, row: number) {
  return {
    inputs: inputs.map(({ name, datatype }) => ({
      name,
      datatype,
      shape: [1, 1],
      data: [asInput(batch.columns[name]?.[row] ?? null, datatype)],
    })),
  };
}

/** The quickstart's tables have no missing numbers; a missing word is an empty one, as in evaluation. */
function asInput(cell: Cell, datatype: string): Cell {
  return datatype === 'BYTES' ? String(cell ?? '') : Number(cell);
}
