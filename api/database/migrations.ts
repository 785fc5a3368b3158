/** Numbered, applied once each, in order; never edited after they have landed. */
export const MIGRATIONS: { id: number; sql: string }[] = [
  {
    id: 1,
    sql: `
      create table api_key (
        key_id serial primary key,
        key_hash text not null unique,
        label text not null,
        payer_id numeric(20) not null,
        signer_key text not null,
        cap numeric(39) not null,
        spent numeric(39) not null default 0 check (spent >= 0),
        created_at timestamptz not null default now(),
        revoked_at timestamptz
      );
      create table service (
        service_id int primary key,
        last_seq numeric(20) not null
      );
      create table payer_meter (
        payer_id numeric(20) not null,
        service_id int not null,
        cumulative numeric(39) not null check (cumulative >= 0),
        primary key (payer_id, service_id)
      );
      create table inference (
        inference_no numeric(20) primary key,
        request_id uuid not null unique,
        model_id numeric(20) not null,
        model text not null,
        adapter_hash text,
        base_hash text not null,
        payer_id numeric(20) not null,
        messages jsonb not null,
        answer text not null,
        tokens_in int not null,
        tokens_out int not null,
        fee numeric(39) not null check (fee >= 0),
        cumulative numeric(39) not null,
        voucher_signature text not null,
        params_version int not null,
        prompt_salt text not null,
        answer_salt text not null,
        is_public boolean not null,
        issued_at numeric(20) not null
      );
      create index inference_model on inference (model_id, inference_no desc);
      -- One row a message to the job server; job_id is set once it has taken it.
      create table outbox (
        outbox_id bigserial primary key,
        queue text not null,
        key text not null,
        spec jsonb not null,
        job_id text,
        unique (queue, key)
      );
      create index outbox_waiting on outbox (outbox_id) where job_id is null;
      create table attribution (
        inference_no numeric(20) primary key references inference,
        result jsonb,
        error text,
        completed_at timestamptz not null default now()
      );
      create table receipt (
        inference_no numeric(20) primary key references inference,
        receipt jsonb not null,
        signature text not null,
        entry jsonb not null,
        created_at timestamptz not null default now()
      );
      create table cursor (
        name text primary key,
        seq numeric(20) not null
      );
      create table loop_event (
        seq bigserial primary key,
        step text not null,
        status text not null,
        data jsonb not null,
        at timestamptz not null default now()
      );
    `,
  },
]
