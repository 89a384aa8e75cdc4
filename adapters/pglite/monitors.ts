/** Windows that monitors judged, and the alarm of each model. */

import type { Alarm, Monitors, MonitorWindow } from '#core/ports/store.ts';
import { jsonb, type Sql } from './sql.ts';

export function pgliteMonitors(sql: Sql): Monitors {
  async function records<T>(text: string, values: readonly unknown[]): Promise<readonly T[]> {
    return (await sql.query<{ readonly record: T }>(text, values)).map(({ record }) => record);
  }

  return {
    async save(window) {
      const { repository, model, from, to } = window;
      await sql.query(
        `insert into monitor_windows (repository, model, window_from, window_to, record) values ($1, $2, $3, $4, $5::jsonb)
         on conflict (repository, model, window_from) do update set window_to = excluded.window_to, record = excluded.record`,
        [repository, model, from, to, jsonb(window)],
      );
    },
    of: (repository, model, limit) =>
      records<MonitorWindow>(
        `select record from monitor_windows where repository = $1 and model = $2
         order by window_from desc limit $3`,
        [repository, model, limit],
      ),
    async saveAlarm(alarm) {
      await sql.query(
        `insert into alarms (repository, model, record) values ($1, $2, $3::jsonb)
         on conflict (repository, model) do update set record = excluded.record`,
        [alarm.repository, alarm.model, jsonb(alarm)],
      );
    },
    alarm: async (repository, model) =>
      (
        await records<Alarm>('select record from alarms where repository = $1 and model = $2', [
          repository,
          model,
        ])
      )[0],
    alarms: (repository) =>
      records<Alarm>('select record from alarms where repository = $1 order by model', [repository]),
  };
}
