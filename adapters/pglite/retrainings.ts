/** Retrainings that were decided. That a model has one open at most is an index of the database, not a hope. */

import type { Retraining, Retrainings } from '#core/ports/store.ts';
import { jsonb, type Sql } from './sql.ts';

interface Row {
  readonly record: Retraining;
}

/** Whether it has not ended yet. */
function isOpen({ state }: Retraining): boolean {
  return state === 'decided' || state === 'open';
}

export function pgliteRetrainings(sql: Sql): Retrainings {
  async function select(rest: string, values: readonly unknown[] = []): Promise<readonly Retraining[]> {
    return (await sql.query<Row>(`select record from retrainings ${rest}`, values)).map(
      ({ record }) => record,
    );
  }

  return {
    async decide(retraining) {
      const { id, repository, model, pullRequest, decidedAt } = retraining;
      const filed = await sql.query(
        `insert into retrainings (repository, id, model, pull_request, decided_at, open, record)
         values ($1, $2, $3, $4, $5, $6, $7::jsonb) on conflict do nothing returning id`,
        [repository, id, model, pullRequest, decidedAt, isOpen(retraining), jsonb(retraining)],
      );
      return filed.length > 0;
    },
    async save(retraining) {
      await sql.query(
        `update retrainings set pull_request = $3, open = $4, record = $5::jsonb where repository = $1 and id = $2`,
        [retraining.repository, retraining.id, retraining.pullRequest, isOpen(retraining), jsonb(retraining)],
      );
    },
    open: () => select('where open order by decided_at, id'),
    of: (repository, model, limit) =>
      select('where repository = $1 and model = $2 order by decided_at desc, id desc limit $3', [
        repository,
        model,
        limit,
      ]),
    byHead: async (repository, head) =>
      head === ''
        ? undefined
        : (await select(`where repository = $1 and record->>'head' = $2 limit 1`, [repository, head]))[0],
    byPullRequest: async (repository, pullRequest) =>
      (await select('where repository = $1 and pull_request = $2 limit 1', [repository, pullRequest]))[0],
  };
}
