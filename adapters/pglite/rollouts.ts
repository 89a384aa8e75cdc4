/** Rollouts: a fixed record, and beside it columns of their own for what changes, so that writers never undo each other. */

import type { Rollout, RolloutPoint, Rollouts, StartedRollout, StopRequest } from '#core/ports/store.ts';
import type { RolloutState } from '#core/rollout/state.ts';
import { jsonb, type Sql } from './sql.ts';

interface Row {
  readonly record: Rollout;
  readonly stage: Rollout['stage'];
  readonly settled: boolean;
  readonly applied: string;
  readonly told: string;
  readonly started: StartedRollout | null;
  readonly state: RolloutState | null;
  readonly stop: StopRequest | null;
}

const COLUMNS = 'record, stage, settled, applied, told, started, state, stop';

export function pgliteRollouts(sql: Sql): Rollouts {
  async function select(rest: string, values: readonly unknown[] = []): Promise<readonly Rollout[]> {
    const rows = await sql.query<Row>(`select ${COLUMNS} from rollouts ${rest}`, values);
    return rows.map(fromRow);
  }
  async function update(id: string, set: string, ...values: readonly unknown[]): Promise<void> {
    await sql.query(`update rollouts set ${set} where id = $1`, [id, ...values]);
  }

  return {
    async queue(rollout) {
      await sql.query(
        `insert into rollouts (id, repository, model, queued_at, record) values ($1, $2, $3, $4, $5::jsonb)
         on conflict do nothing`,
        [rollout.id, rollout.repository, rollout.model, rollout.queuedAt, jsonb(rollout)],
      );
    },
    find: async (id) => (await select('where id = $1', [id]))[0],
    open: () => select('where not settled order by queued_at, id'),
    of: (repository, model) =>
      select('where repository = $1 and model = $2 order by queued_at desc, id desc', [repository, model]),
    recent: (limit) => select('order by queued_at desc, id desc limit $1', [limit]),

    start: (id, started, state) =>
      update(
        id,
        "stage = 'running', started = $2::jsonb, state = $3::jsonb",
        jsonb(started),
        state ? jsonb(state) : null,
      ),
    saveState: (id, state) => update(id, 'state = $2::jsonb', jsonb(state)),
    requestStop: (id, stop) => update(id, 'stop = coalesce(stop, $2::jsonb)', jsonb(stop)),
    end: (id) => update(id, "stage = 'ended'"),
    markApplied: (id, step) => update(id, 'applied = $2', step),
    tell: (id, told) => update(id, 'told = $2', told),
    settle: (id) => update(id, "stage = 'ended', settled = true"),

    async addPoint(id, point) {
      await sql.query(
        `insert into rollout_points (rollout, at, point) values ($1, $2, $3::jsonb) on conflict do nothing`,
        [id, point.at, jsonb(point)],
      );
    },
    async points(id) {
      const rows = await sql.query<{ readonly point: RolloutPoint }>(
        'select point from rollout_points where rollout = $1 order by at',
        [id],
      );
      return rows.map(({ point }) => point);
    },
  };
}

function fromRow({ record, stage, settled, applied, told, started, state, stop }: Row): Rollout {
  return {
    ...record,
    stage,
    settled,
    applied,
    told,
    ...(started && { started }),
    ...(state && { state }),
    ...(stop && { stop }),
  };
}
