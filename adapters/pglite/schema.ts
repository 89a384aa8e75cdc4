/**
 * The App's tables as numbered migrations in plain PostgreSQL. A migration that was released is never edited: the
 * next one follows. Times are ms since 1970, digests are text, what is read as a whole is jsonb.
 */

/** Migration n stands at index n - 1. */
export const MIGRATIONS: readonly string[] = [
  `
  create table deliveries (
    hook text not null,
    guid text not null,
    event text not null,
    repository text not null,
    payload text not null,
    received_at bigint not null,
    state text not null default 'waiting' check (state in ('waiting', 'done', 'dead')),
    failures integer not null default 0,
    error text,
    primary key (hook, guid)
  );
  create index deliveries_newest on deliveries (received_at desc);
  create index deliveries_waiting on deliveries (received_at) where state = 'waiting';

  create table repositories (
    name text primary key,
    installation bigint not null
  );

  create table bindings (
    repository text not null,
    model text not null,
    input_digest text not null,
    digest text not null,
    bound_at bigint not null,
    primary key (repository, model, input_digest)
  );

  create table candidates (
    repository text not null,
    head_sha text not null,
    model text not null,
    input_digest text not null,
    saved_at bigint not null,
    record jsonb not null,
    primary key (repository, head_sha, model)
  );
  create index candidates_by_input on candidates (repository, model, input_digest, saved_at desc);

  create table evaluations (
    repository text not null,
    run bigint not null,
    head_sha text not null,
    saved_at bigint not null,
    record jsonb not null,
    primary key (repository, run)
  );
  create index evaluations_by_head on evaluations (repository, head_sha, saved_at desc);
  create index evaluations_newest on evaluations (saved_at desc);

  create table ledger (
    repository text not null,
    sequence integer not null,
    id text not null,
    entry jsonb not null,
    primary key (repository, sequence),
    unique (repository, id)
  );

  create table rollouts (
    id text primary key,
    repository text not null,
    model text not null,
    queued_at bigint not null,
    stage text not null default 'queued' check (stage in ('queued', 'running', 'ended')),
    settled boolean not null default false,
    applied text not null default '',
    told text not null default '',
    record jsonb not null,
    started jsonb,
    state jsonb,
    stop jsonb
  );
  create index rollouts_by_model on rollouts (repository, model, queued_at desc);
  create index rollouts_open on rollouts (queued_at) where not settled;

  create table rollout_points (
    rollout text not null references rollouts (id),
    at bigint not null,
    point jsonb not null,
    primary key (rollout, at)
  );
  `,
  'create index deliveries_by_guid on deliveries (guid)',
  `
  create table monitor_windows (
    repository text not null,
    model text not null,
    window_from bigint not null,
    window_to bigint not null,
    record jsonb not null,
    primary key (repository, model, window_from)
  );

  create table alarms (
    repository text not null,
    model text not null,
    record jsonb not null,
    primary key (repository, model)
  );

  create table retrainings (
    repository text not null,
    id text not null,
    model text not null,
    pull_request bigint not null,
    decided_at bigint not null,
    open boolean not null,
    record jsonb not null,
    primary key (repository, id)
  );
  create unique index retrainings_one_open on retrainings (repository, model) where open;
  create index retrainings_newest on retrainings (repository, model, decided_at desc);
  create index retrainings_by_pull on retrainings (repository, pull_request);
  `,
];

/** Where the number of applied migrations is kept. */
export const VERSION_TABLE =
  'create table if not exists mergeway_schema (version integer primary key, applied_at timestamptz not null default now())';
