import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSchema } from '../schema/parseSchema.ts'
import { createProofTable, createTables } from './ddl.ts'

const SCHEMA = `
  type _Schema_ @fulltext(name: "thingSearch", language: en, algorithm: rank,
    include: [{ entity: "Thing", fields: [{ name: "name" }] }])
  enum Color { yellow red BLUE }
  type Thing @entity(immutable: false) {
    id: ID!
    bigThing: Thing!
    color: Color
    name: String
    data: Bytes
    tags: [String!]!
    colors: [Color!]
    sizes: [BigInt!]!
    at: Timestamp
    others: [Thing!]! @derivedFrom(field: "bigThing")
  }
  type Note @entity(immutable: true) { id: Bytes! thing: Thing! count: Int! ok: Boolean n: Int8 d: BigDecimal }
  type Stats1 @aggregation(intervals: ["hour", "day"], source: "Data") {
    id: Int8!
    timestamp: Timestamp!
    group1: Int!
    volume: BigDecimal! @aggregate(fn: "sum", arg: "amount", cumulative: true)
  }
  type Data @entity(timeseries: true) { id: Int8! timestamp: Timestamp! group1: Int! amount: BigDecimal! }
`

const EXPECTED = `
create type "sgd7"."color" as enum ('BLUE', 'red', 'yellow');

create table "sgd7"."thing" (
  vid bigint primary key,
  block_range int4range not null,
  "id" text not null,
  "big_thing" text not null,
  "color" "sgd7"."color",
  "name" text,
  "data" bytea,
  "tags" text[] not null,
  "colors" "sgd7"."color"[],
  "sizes" numeric[] not null,
  "at" timestamptz,
  "thing_search" tsvector generated always as (to_tsvector('english'::regconfig, coalesce("name", ''))) stored
);
create index "thing_id_block_range_excl" on "sgd7"."thing" using gist (id, block_range);
create index "brin_thing" on "sgd7"."thing" using brin (lower(block_range), coalesce(upper(block_range), 2147483647), vid);
create index "thing_block_range_closed" on "sgd7"."thing" using btree (coalesce(upper(block_range), 2147483647)) where coalesce(upper(block_range), 2147483647) < 2147483647;
create index "attr_0_0_thing_id" on "sgd7"."thing" using btree ("id");
create index "attr_0_1_thing_big_thing" on "sgd7"."thing" using gist ("big_thing", block_range);
create index "attr_0_2_thing_color" on "sgd7"."thing" using btree ("color");
create index "attr_0_3_thing_name" on "sgd7"."thing" using btree (left("name", 256));
create index "attr_0_4_thing_data" on "sgd7"."thing" using btree (substring("data", 1, 64));
create index "attr_0_6_thing_at" on "sgd7"."thing" using btree ("at");
create index "attr_0_7_thing_thing_search" on "sgd7"."thing" using gin ("thing_search");

create table "sgd7"."note" (
  vid bigint primary key,
  block$ int not null,
  "id" bytea not null,
  "thing" text not null,
  "count" int4 not null,
  "ok" boolean,
  "n" int8,
  "d" numeric,
  unique(id)
);
create index "note_block" on "sgd7"."note" using btree (block$);
create index "attr_1_0_note_thing" on "sgd7"."note" using btree ("thing", block$);
create index "attr_1_1_note_count" on "sgd7"."note" using btree ("count");
create index "attr_1_2_note_ok" on "sgd7"."note" using btree ("ok");
create index "attr_1_3_note_n" on "sgd7"."note" using btree ("n");
create index "attr_1_4_note_d" on "sgd7"."note" using btree ("d");

create table "sgd7"."data" (
  vid bigint primary key,
  block$ int not null,
  "id" int8 not null,
  "timestamp" timestamptz not null,
  "group_1" int4 not null,
  "amount" numeric not null,
  unique(id)
);
create index "data_block" on "sgd7"."data" using btree (block$);
create index "attr_2_0_data_timestamp" on "sgd7"."data" using btree ("timestamp");
create index "attr_2_1_data_group_1" on "sgd7"."data" using btree ("group_1");
create index "attr_2_2_data_amount" on "sgd7"."data" using btree ("amount");

create table "sgd7"."stats_1_hour" (
  vid bigserial primary key,
  block$ int not null,
  "id" int8 not null,
  "timestamp" timestamptz not null,
  "group_1" int4 not null,
  "volume" numeric not null,
  unique(id)
);
create index "stats_1_hour_block" on "sgd7"."stats_1_hour" using btree (block$);
create index "attr_3_0_stats_1_hour_timestamp" on "sgd7"."stats_1_hour" using btree ("timestamp");
create index "attr_3_1_stats_1_hour_group_1" on "sgd7"."stats_1_hour" using btree ("group_1");
create index "attr_3_2_stats_1_hour_volume" on "sgd7"."stats_1_hour" using btree ("volume");
create index "stats_1_hour_dims" on "sgd7"."stats_1_hour" using btree ("group_1", "timestamp");

create table "sgd7"."stats_1_day" (
  vid bigserial primary key,
  block$ int not null,
  "id" int8 not null,
  "timestamp" timestamptz not null,
  "group_1" int4 not null,
  "volume" numeric not null,
  unique(id)
);
create index "stats_1_day_block" on "sgd7"."stats_1_day" using btree (block$);
create index "attr_4_0_stats_1_day_timestamp" on "sgd7"."stats_1_day" using btree ("timestamp");
create index "attr_4_1_stats_1_day_group_1" on "sgd7"."stats_1_day" using btree ("group_1");
create index "attr_4_2_stats_1_day_volume" on "sgd7"."stats_1_day" using btree ("volume");
create index "stats_1_day_dims" on "sgd7"."stats_1_day" using btree ("group_1", "timestamp");
`

test('tables and indexes are those of graph-node', () => {
  const lines = EXPECTED.split('\n').filter((line) => line !== '')
  const statements = createTables(parseSchema(SCHEMA), 'sgd7')
  assert.deepEqual(`${statements.join(';\n')};`.split('\n'), lines)
})

test('an entity of file data sources keeps its regions apart by a constraint', () => {
  const model = parseSchema('type Meta @entity(immutable: false) { id: ID! }')
  const options = { withCausalityRegion: new Set(['Meta']) }
  const [table, constraint] = createTables(model, 'sgd7', options)
  assert.match(
    table,
    /block_range int4range not null,\n {2}causality_region int not null,\n {2}"id"/,
  )
  assert.equal(
    constraint,
    'alter table "sgd7"."meta" add constraint "meta_id_block_range_excl" ' +
      'exclude using gist (id with =, block_range with &&)',
  )
})

test('names are quoted, whatever they hold', () => {
  const model = parseSchema('type order @entity(immutable: true) { id: ID! select: Int! }')
  const [table] = createTables(model, 'a"b')
  assert.match(table, /^create table "a""b"\."order" \(/)
  assert.match(table, /"select" int4 not null/)
})

test('makes the table of the proof of indexing as graph-node does', () => {
  const model = parseSchema('type Thing @entity(immutable: true) { id: ID! }')
  assert.deepEqual(createProofTable(model, 'sgd7'), [
    `create table "sgd7"."poi2$" (
  vid bigint primary key,
  block_range int4range not null,
  "digest" bytea not null,
  "id" text not null
)`,
    'create index "poi2$_id_block_range_excl" on "sgd7"."poi2$" using gist (id, block_range)',
    'create index "brin_poi2$" on "sgd7"."poi2$" using brin (lower(block_range), coalesce(upper(block_range), 2147483647), vid)',
    'create index "poi2$_block_range_closed" on "sgd7"."poi2$" using btree (coalesce(upper(block_range), 2147483647)) where coalesce(upper(block_range), 2147483647) < 2147483647',
    'create index "attr_1_0_poi2$_digest" on "sgd7"."poi2$" using btree ("digest")',
    'create index "attr_1_1_poi2$_id" on "sgd7"."poi2$" using btree ("id")',
  ])
})
