/**
 * The state machine's own tables. The queue behind them only wakes workers up, so that it can be
 * exchanged; whatever is true about a job is written here.
 *
 * `spec`, `progress`, `result` and `data` are `json`, not `jsonb`: jsonb refuses the character
 * U+0000, which a chat message may hold.
 */
export const SCHEMA_SQL = `
create schema if not exists control;

create table if not exists control.job (
  job_id uuid primary key,
  queue text not null,
  key text collate "C" not null,
  state text not null check (state in ('queued', 'leased', 'completed', 'failed', 'cancelled')),
  fence bigint not null default 0,
  attempts integer not null default 0,
  worker text,
  lease_until timestamptz,
  ready_at timestamptz not null default clock_timestamp(),
  cancel_requested boolean not null default false,
  wake_id uuid,
  spec json not null,
  progress json,
  result json,
  result_worker text,
  signature text,
  error text,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  unique (queue, key)
);
create index if not exists job_expiry on control.job (lease_until) where state = 'leased';
create index if not exists job_ready on control.job (queue, ready_at) where state = 'queued';
create index if not exists job_open on control.job (queue, key) where state in ('queued', 'leased');

create table if not exists control.event (
  seq bigint primary key,
  job_id uuid not null references control.job (job_id),
  queue text not null,
  type text not null,
  data json,
  at timestamptz not null default clock_timestamp()
);
create index if not exists event_job on control.event (job_id, seq);
create index if not exists event_queue on control.event (queue, seq);

create table if not exists control.last_event (
  only_row boolean primary key default true check (only_row),
  seq bigint not null
);
insert into control.last_event (seq) values (0) on conflict do nothing;
`
