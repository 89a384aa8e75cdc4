/** Candidates by head, and which artifact an input digest is bound to. */

import type { Digest } from '#core/digest.ts';
import type { Candidate, Candidates } from '#core/ports/store.ts';
import { jsonb, type Sql } from './sql.ts';

export function pgliteCandidates(sql: Sql): Candidates {
  return {
    async bind({ repository, model, inputDigest, digest, at }) {
      await sql.query(
        `insert into bindings (repository, model, input_digest, digest, bound_at) values ($1, $2, $3, $4, $5)
         on conflict do nothing`,
        [repository, model, inputDigest, digest, at],
      );
      const [bound] = await sql.query<{ readonly digest: Digest }>(
        'select digest from bindings where repository = $1 and model = $2 and input_digest = $3',
        [repository, model, inputDigest],
      );
      return bound?.digest ?? digest;
    },

    async save(candidate) {
      const { repository, headSha, model, inputDigest, at } = candidate;
      await sql.query(
        `insert into candidates (repository, head_sha, model, input_digest, saved_at, record)
         values ($1, $2, $3, $4, $5, $6::jsonb)
         on conflict (repository, head_sha, model) do update
         set input_digest = excluded.input_digest, saved_at = excluded.saved_at, record = excluded.record`,
        [repository, headSha, model, inputDigest, at, jsonb(candidate)],
      );
    },

    async of(repository, headSha) {
      const rows = await sql.query<{ readonly record: Candidate }>(
        'select record from candidates where repository = $1 and head_sha = $2 order by model',
        [repository, headSha],
      );
      return rows.map(({ record }) => record);
    },

    async byInput(repository, model, inputDigest) {
      const [row] = await sql.query<{ readonly record: Candidate }>(
        `select record from candidates where repository = $1 and model = $2 and input_digest = $3
         order by saved_at desc limit 1`,
        [repository, model, inputDigest],
      );
      return row?.record;
    },
  };
}
