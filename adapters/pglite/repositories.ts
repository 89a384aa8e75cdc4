/** Which repositories Mergeway is installed in. */

import type { KnownRepository, Repositories } from '#core/ports/store.ts';
import type { Sql } from './sql.ts';

export function pgliteRepositories(sql: Sql): Repositories {
  return {
    async seen({ name, installation }) {
      await sql.query(
        `insert into repositories (name, installation) values ($1, $2)
         on conflict (name) do update set installation = excluded.installation`,
        [name, installation],
      );
    },

    async all() {
      const rows = await sql.query<KnownRepository>(
        'select name, installation from repositories order by name',
      );
      return rows.map(({ name, installation }) => ({ name, installation: Number(installation) }));
    },
  };
}
