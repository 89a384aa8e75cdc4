/**
 * The durable inbox: a delivery and its job are one transaction, so what was answered 202 is worked sooner or later.
 * Jobs are pg-boss's: retries with growing pauses, and a heartbeat by which a killed process's job is taken up again.
 * Deliveries of one repository run one after the other; handlers then never race for the same comment or check.
 */

import type { PGlite } from '@electric-sql/pglite';
import type { JobWithMetadata, PgBoss } from 'pg-boss';
import type { DeliveryState, FiledDelivery, Inbox } from '#core/ports/store.ts';
import { type Sql, sqlOf } from './sql.ts';

const QUEUE = 'deliveries';

/** First pause 1 s, doubling to 5 min at most: about 20 minutes of trying. */
const RETRIES = { retryLimit: 10, retryDelay: 1, retryBackoff: true, retryDelayMax: 300 } as const;

/** A job whose process shows no life for this long is taken up again; 10 is pg-boss's minimum. */
const HEARTBEAT_SECONDS = 10;

/** `burstWhenBatchFull` fetches the next at once; without it a repository's second delivery waits for the next poll. */
const WORK = {
  includeMetadata: true,
  batchSize: 1,
  localConcurrency: 2,
  groupConcurrency: 1,
  pollingIntervalSeconds: 0.5,
  notifyPollingIntervalSeconds: 0.5,
  burstWhenBatchFull: true,
} as const;

interface Job {
  readonly hook: string;
  readonly guid: string;
}

interface Row {
  readonly hook: string;
  readonly guid: string;
  readonly event: string;
  readonly repository: string;
  readonly payload: string;
  readonly received_at: number;
  readonly state: DeliveryState;
  readonly failures: number;
  readonly error: string | null;
}

export async function pgliteInbox(
  database: PGlite,
  boss: PgBoss,
  { retries = RETRIES.retryLimit }: { readonly retries?: number | undefined } = {},
): Promise<Inbox> {
  const sql = sqlOf(database);
  await boss.createQueue(QUEUE, { ...RETRIES, heartbeatSeconds: HEARTBEAT_SECONDS, notify: true });
  await warmQueueCache(boss);

  return {
    accept: (delivery) =>
      database.transaction(async (transaction) => {
        const filed = await sqlOf(transaction).query(
          `insert into deliveries (hook, guid, event, repository, payload, received_at)
           values ($1, $2, $3, $4, $5, $6) on conflict (hook, guid) do update
           set state = 'waiting', failures = 0, payload = excluded.payload, received_at = excluded.received_at
           where deliveries.state = 'dead' returning guid`,
          [
            delivery.hook,
            delivery.guid,
            delivery.event,
            delivery.repository,
            delivery.payload,
            delivery.receivedAt,
          ],
        );
        if (filed.length === 0) return false;
        await enqueue(boss, sqlOf(transaction), { ...delivery, retries });
        return true;
      }),

    async work(handle) {
      await boss.work<Job, void, typeof WORK>(QUEUE, WORK, async ([job]) => {
        if (job) await workOn(sql, job, handle);
      });
    },

    knows: async (guid) =>
      (await sql.query('select 1 from deliveries where guid = $1 limit 1', [guid])).length > 0,

    stop: () => boss.offWork(QUEUE, { wait: true }),

    async recover() {
      const orphans = await sql.query<Row>(
        `select * from deliveries d where state = 'waiting' and not exists (
           select 1 from pgboss.job j where j.name = $1 and j.state in ('created', 'retry', 'active')
           and j.data ->> 'hook' = d.hook and j.data ->> 'guid' = d.guid)`,
        [QUEUE],
      );
      for (const orphan of orphans) await enqueue(boss, sql, { ...orphan, retries });
      return orphans.length;
    },

    async recent(limit) {
      const rows = await sql.query<Row>(
        `select hook, guid, event, repository, '' as payload, received_at, state, failures, error
         from deliveries order by received_at desc limit $1`,
        [limit],
      );
      return rows.map(fromRow);
    },
  };
}

/** A queue that pg-boss has not seen is looked up outside the transaction, where PGlite's one connection would wait for itself. */
async function warmQueueCache(boss: PgBoss): Promise<void> {
  await boss.findJobs(QUEUE, { id: '00000000-0000-0000-0000-000000000000' });
}

async function enqueue(
  boss: PgBoss,
  sql: Sql,
  {
    hook,
    guid,
    repository,
    retries,
  }: Pick<Row, 'hook' | 'guid' | 'repository'> & { readonly retries: number },
): Promise<void> {
  const job: Job = { hook, guid };
  const db = {
    executeSql: async (text: string, values: unknown[] = []) => ({
      rows: [...(await sql.query<Record<string, unknown>>(text, values))],
    }),
  };
  await boss.send(QUEUE, job, { group: { id: repository || 'none' }, retryLimit: retries, db });
}

async function workOn(
  sql: Sql,
  job: JobWithMetadata<Job>,
  handle: (delivery: FiledDelivery) => Promise<void>,
): Promise<void> {
  const { hook, guid } = job.data;
  const [row] = await sql.query<Row>('select * from deliveries where hook = $1 and guid = $2', [hook, guid]);
  if (row?.state !== 'waiting') return;

  try {
    await handle(fromRow(row));
  } catch (error) {
    const last = job.retryCount >= job.retryLimit;
    await sql.query(
      'update deliveries set failures = failures + 1, error = $3, state = $4 where hook = $1 and guid = $2',
      [hook, guid, sentence(error), last ? 'dead' : 'waiting'],
    );
    throw error;
  }
  await sql.query(
    "update deliveries set state = 'done', payload = '', error = null where hook = $1 and guid = $2",
    [hook, guid],
  );
}

function sentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll('\0', '').slice(0, 1000);
}

function fromRow({ received_at, error, ...row }: Row): FiledDelivery {
  return { ...row, receivedAt: Number(received_at), ...(error !== null && { error }) };
}
