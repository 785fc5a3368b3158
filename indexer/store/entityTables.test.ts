import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type pg from 'pg'
import { createProofTable, createTables } from '../layout/ddl.ts'
import { parseSchema } from '../schema/parseSchema.ts'
import { startPostgres, type TestPostgres } from '../testing/startPostgres.ts'
import { BigDecimal } from '../values/bigDecimal.ts'
import { type EntityData, Int8, type StoreValue, Timestamp } from '../values/storeValue.ts'
import type { EntityChange } from './entityChange.ts'
import { entityKey } from './entityKey.ts'
import { EntityTables } from './entityTables.ts'
import { openDatabase } from './openDatabase.ts'
import { WriteBatch } from './writeBatch.ts'

const model = parseSchema(`
  enum Color { RED GREEN }
  type Thing @entity(immutable: false) {
    id: Bytes!
    flag: Boolean!
    small: Int!
    middle: Int8!
    large: BigInt!
    exact: BigDecimal!
    text: String
    data: Bytes
    when: Timestamp
    color: Color
    other: Thing
    others: [Thing!]
    texts: [String!]
    numbers: [BigInt!]
    decimals: [BigDecimal!]
    flags: [Boolean!]
    times: [Timestamp!]
    colors: [Color!]
  }
  type Fact @entity(immutable: true) { id: Int8! thing: Thing! }
`)
const [thing, fact] = model.entities

let postgres: TestPostgres
let pool: pg.Pool
let tables: EntityTables

before(async () => {
  postgres = await startPostgres()
  pool = await openDatabase(postgres.url, 'tables')
  await pool.query('create schema sgd1')
  for (const statement of createTables(model, 'sgd1')) await pool.query(statement)
  for (const statement of createProofTable(model, 'sgd1')) await pool.query(statement)
  tables = new EntityTables(model, 'sgd1', pool)
})

after(async () => {
  await pool?.end()
  await postgres?.stop()
})

function full(id: Uint8Array): Map<string, StoreValue> {
  return new Map<string, StoreValue>([
    ['id', id],
    ['flag', true],
    ['small', -2_147_483_648],
    ['middle', new Int8(-(2n ** 63n))],
    ['large', 2n ** 300n],
    ['exact', BigDecimal.parse('-12.5e-30') as BigDecimal],
    ['text', 'quo"te, back\\slash, {brace}, NULL, é\n'],
    ['data', Uint8Array.of(0, 255, 92)],
    ['when', new Timestamp(1_700_000_000_123_456n)],
    ['color', 'GREEN'],
    ['other', Uint8Array.of(9)],
    ['others', [Uint8Array.of(1), Uint8Array.of(2, 3)]],
    ['texts', ['', 'a"b', 'NULL', 'c\\d', 'e,f', 'tab\tline\nreturn\r', 'x'.repeat(70_000)]],
    ['numbers', [2n ** 200n, -1n]],
    ['decimals', [BigDecimal.parse('0.1') as BigDecimal]],
    ['flags', [true, false]],
    ['times', [new Timestamp(5n), new Timestamp(-1n)]],
    ['colors', []],
  ])
}

async function write(blocks: readonly (readonly [number, readonly EntityChange[]])[]) {
  const batch = new WriteBatch()
  for (const [number, changes] of blocks) {
    batch.addBlock({ number, hash: '0x', parentHash: '0x', timestamp: 0n }, changes, [], [])
  }
  const client = await pool.connect()
  try {
    for (const table of batch.tables) await tables.write(client, table)
  } finally {
    client.release()
  }
}

function change(kind: 'insert' | 'overwrite', data: EntityData, vid: bigint): EntityChange {
  return { kind, key: entityKey(thing, '0x01'), data, vid }
}

async function ranges(): Promise<unknown[]> {
  const { rows } = await pool.query(
    'select small, block_range::text as range from sgd1.thing order by vid',
  )
  return rows
}

test('every type of value comes back as it was written, and so does its absence', async () => {
  const entity = full(Uint8Array.of(1))
  await write([[3, [change('insert', entity, 1n)]]])
  const found = await tables.readEntities(thing, ['0x01', '0x02'])
  assert.deepEqual([...found.keys()], ['0x01'])
  assert.deepEqual(found.get('0x01'), entity)
  assert.deepEqual(
    [...(await tables.readReferring(thing, field('other'), '0x09')).keys()],
    ['0x01'],
  )
  assert.deepEqual(
    [...(await tables.readReferring(thing, field('others'), '0x0203')).keys()],
    ['0x01'],
  )
  assert.equal((await tables.readReferring(thing, field('others'), '0x02')).size, 0)
})

test('versions of one batch follow each other, and the stored one ends at the first', async () => {
  const version = (small: number) =>
    new Map<string, StoreValue>([...full(Uint8Array.of(1)), ['small', small]])
  await write([
    [5, [change('overwrite', version(5), 2n)]],
    [6, []],
    [
      8,
      [
        change('overwrite', version(8), 3n),
        {
          kind: 'insert',
          key: entityKey(fact, '7'),
          data: new Map<string, StoreValue>([
            ['id', new Int8(7n)],
            ['thing', Uint8Array.of(1)],
          ]),
          vid: 4n,
        },
      ],
    ],
    [9, [{ kind: 'remove', key: entityKey(thing, '0x01') }]],
  ])
  assert.deepEqual(await ranges(), [
    { small: -2147483648, range: '[3,5)' },
    { small: 5, range: '[5,8)' },
    { small: 8, range: '[8,9)' },
  ])
  assert.equal((await tables.readEntities(thing, ['0x01'])).size, 0)
  assert.equal(await tables.count(), 1n)
})

test('pruning drops what ended, and nothing that can still be seen', async () => {
  await tables.prune(4)
  assert.equal((await ranges()).length, 3)
  await tables.prune(5)
  assert.deepEqual(await ranges(), [
    { small: 5, range: '[5,8)' },
    { small: 8, range: '[8,9)' },
  ])
})

test('a revert opens what held at that block, and only that', async () => {
  await tables.revert(pool, 8)
  assert.equal((await tables.readEntities(thing, ['0x01'])).get('0x01')?.get('small'), 8)
  await tables.revert(pool, 7)
  assert.deepEqual(await ranges(), [{ small: 5, range: '[5,)' }])
  assert.equal((await tables.readEntities(fact, ['7'])).size, 0)
  await tables.revert(pool, 2)
  assert.deepEqual(await ranges(), [])
})

function field(name: string) {
  const found = thing.fields.find((one) => one.name === name)
  assert.ok(found)
  return found
}
