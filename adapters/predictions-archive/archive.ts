/**
 * Predictions in an artifact store, a Parquet file for each model and holdout: columns `key`, `label`, and `score` or `score_0`, `score_1` …
 * A file that comes back is untrusted: its bytes are held to their digest, its size and shape to limits, its scores to numbers.
 */

import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { MergewayError } from '#core/errors.ts';
import type { ArtifactStore } from '#core/ports/artifact-store.ts';
import type { KeptPredictions, PredictionsArchive } from '#core/ports/predictions-archive.ts';
import type { Cell, OpenTable, Table } from '#core/ports/table.ts';

const MEDIA_TYPE = 'application/vnd.apache.parquet';
const PREDICTIONS_OF = 'dev.mergeway.predictions-of';

export interface ArchiveOptions {
  readonly artifacts: ArtifactStore;
  readonly table: Table;
  /** For the file while it is read; the caller removes it. */
  readonly folder: string;
  /** Scores of all rows together; more are neither kept nor read. */
  readonly mostScores?: number;
  /** Largest file that is read, and most bytes of keys and labels in it, which a file may hold compressed. */
  readonly mostBytes?: number;
}

/** Kept predictions in a store. */
export function predictionsArchive({
  artifacts,
  table,
  folder,
  mostScores = 20_000_000,
  mostBytes = 512 * 1024 ** 2,
}: ArchiveOptions): PredictionsArchive {
  return {
    async keep(of, predictions) {
      if (predictions.scores.length > mostScores) return undefined;
      const bytes = new Uint8Array(parquetWriteBuffer({ columnData: columnsOf(predictions) }));
      const digest = await artifacts.put(bytes, {
        mediaType: MEDIA_TYPE,
        annotations: { [PREDICTIONS_OF]: of },
      });
      return { digest, rows: predictions.keys.length, bytes: bytes.byteLength };
    },

    async find(of) {
      const [found] = await artifacts.find({ [PREDICTIONS_OF]: of });
      if (!found || found.mediaType !== MEDIA_TYPE) return undefined;
      if (found.size > mostBytes) {
        throw tooLarge(`${found.digest} has ${found.size} bytes, at most ${mostBytes} are read`);
      }
      const path = join(folder, `${randomUUID()}.parquet`);
      await writeFile(path, await artifacts.get(found.digest));
      const opened = await table.open([path]);
      try {
        const predictions = await read(opened, { mostScores, mostBytes, digest: found.digest });
        return {
          file: { digest: found.digest, rows: predictions.keys.length, bytes: found.size },
          predictions,
        };
      } finally {
        await opened.close();
        await rm(path, { force: true });
      }
    },
  };
}

function columnsOf({ keys, labels, width, scores }: KeptPredictions) {
  const column = (place: number) =>
    Float64Array.from({ length: keys.length }, (_, row) => scores[row * width + place] ?? 0);
  return [
    { name: 'key', type: 'STRING' as const, data: [...keys] },
    labelColumn(labels),
    ...Array.from({ length: width }, (_, place) => ({
      name: width === 1 ? 'score' : `score_${place}`,
      type: 'DOUBLE' as const,
      data: column(place),
    })),
  ];
}

function labelColumn(labels: readonly Cell[]) {
  const isEach = (type: string) => labels.every((label) => label === null || typeof label === type);
  if (isEach('number')) return { name: 'label', type: 'DOUBLE' as const, data: [...labels] };
  if (isEach('boolean')) return { name: 'label', type: 'BOOLEAN' as const, data: [...labels] };
  return {
    name: 'label',
    type: 'STRING' as const,
    data: labels.map((label) => (label === null ? null : String(label))),
  };
}

async function read(
  table: OpenTable,
  {
    mostScores,
    mostBytes,
    digest,
  }: { readonly mostScores: number; readonly mostBytes: number; readonly digest: string },
): Promise<KeptPredictions> {
  const names = table.columns.map(({ name }) => name);
  const scoreNames = names.filter((name) => name !== 'key' && name !== 'label');
  if (names[0] !== 'key' || names[1] !== 'label' || scoreNames.length === 0) {
    throw notPredictions(digest, `its columns are ${names.slice(0, 10).join(', ')}`);
  }
  const width = scoreNames.length;
  const [counted] = await table.query(
    'SELECT count(*) AS rows, sum(strlen(CAST(key AS VARCHAR)) + coalesce(strlen(CAST(label AS VARCHAR)), 0)) AS text FROM data',
  );
  const rows = Number(counted?.rows);
  if (rows * width > mostScores) {
    throw tooLarge(`${digest} has ${rows * width} scores, at most ${mostScores} are read`);
  }
  if (Number(counted?.text) > mostBytes) {
    throw tooLarge(
      `${digest} has ${Number(counted?.text)} bytes of keys and labels, at most ${mostBytes} are read`,
    );
  }
  const keys: string[] = [];
  const labels: Cell[] = [];
  const scores = new Float64Array(rows * width);
  for await (const { columns } of table.read({ columns: names })) {
    for (const [place, name] of scoreNames.entries()) {
      spread(columns[name] ?? [], { scores, width, from: keys.length * width + place });
    }
    for (const key of columns.key ?? []) keys.push(String(key));
    for (const label of columns.label ?? []) labels.push(label);
  }
  const broken = scores.findIndex((score) => !Number.isFinite(score));
  if (broken < 0) return { keys, labels, width, scores };
  const where = `row ${Math.floor(broken / width) + 1} has no score in ${scoreNames[broken % width]}`;
  throw notPredictions(digest, where);
}

/** A column of a block of rows; what is no number is NaN. */
function spread(
  cells: readonly Cell[],
  { scores, width, from }: { readonly scores: Float64Array; readonly width: number; readonly from: number },
): void {
  for (const [row, cell] of cells.entries()) {
    scores[from + row * width] = typeof cell === 'number' ? cell : Number.NaN;
  }
}

function tooLarge(problem: string): MergewayError {
  return new MergewayError('MW_ARTIFACT_TOO_LARGE', `kept predictions: ${problem}`);
}

function notPredictions(digest: string, problem: string): MergewayError {
  return new MergewayError('MW_EVIDENCE_INVALID', `${digest} holds no predictions: ${problem}`);
}
