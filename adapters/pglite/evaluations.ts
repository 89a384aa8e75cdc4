/** The evaluation runs that we dispatched, with what came of them. */

import type { Evaluation, Evaluations } from '#core/ports/store.ts';
import { jsonb, type Sql } from './sql.ts';

interface Row {
  readonly record: Evaluation;
}

export function pgliteEvaluations(sql: Sql): Evaluations {
  return {
    async save(evaluation) {
      const { repository, run, headSha, at } = evaluation;
      await sql.query(
        `insert into evaluations (repository, run, head_sha, saved_at, record) values ($1, $2, $3, $4, $5::jsonb)
         on conflict (repository, run) do update set record = excluded.record`,
        [repository, run, headSha, at, jsonb(evaluation)],
      );
    },

    async find(repository, run) {
      const [row] = await sql.query<Row>(
        'select record from evaluations where repository = $1 and run = $2',
        [repository, run],
      );
      return row?.record;
    },

    async of(repository, headSha) {
      const rows = await sql.query<Row>(
        `select record from evaluations where repository = $1 and head_sha = $2
         order by saved_at desc, run desc`,
        [repository, headSha],
      );
      return rows.map(({ record }) => record);
    },

    async recent(limit) {
      const rows = await sql.query<Row>(
        'select record from evaluations order by saved_at desc, run desc limit $1',
        [limit],
      );
      return rows.map(({ record }) => record);
    },
  };
}
