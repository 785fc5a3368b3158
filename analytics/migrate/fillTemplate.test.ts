import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitStatements } from '../sql/splitStatements.ts'
import { fillTemplate } from './fillTemplate.ts'
import { MigrationError } from './MigrationError.ts'
import { readMigrations } from './readMigrations.ts'

test('one file serves a single server and a cluster', () => {
  const sql = 'CREATE TABLE t {{cluster}} ENGINE = {{summing}}((wei)) SETTINGS {{dedup_window}}'
  assert.equal(
    fillTemplate(sql, false),
    'CREATE TABLE t  ENGINE = SummingMergeTree((wei)) SETTINGS non_replicated_deduplication_window = 10000',
  )
  assert.equal(
    fillTemplate(sql, true),
    "CREATE TABLE t ON CLUSTER '{cluster}' ENGINE = ReplicatedSummingMergeTree((wei)) SETTINGS replicated_deduplication_window = 10000",
  )
  assert.throws(() => fillTemplate('{{nothing}}', false), MigrationError)
})

test('every statement of a migration may run twice, on every kind of server', async () => {
  for (const { name, sql } of await readMigrations(new URL('../migrations/', import.meta.url))) {
    for (const replicated of [false, true]) {
      const statements = splitStatements(fillTemplate(sql, replicated))
      assert.ok(statements.length > 0)
      for (const statement of statements) {
        assert.match(
          statement.replace(/^--.*\n/gm, ''),
          /^(CREATE (TABLE|MATERIALIZED VIEW) IF NOT EXISTS|ALTER TABLE \S+ (ADD|DROP) \w+ IF (NOT )?EXISTS|DROP \w+ IF EXISTS) /,
          name,
        )
      }
    }
  }
})
