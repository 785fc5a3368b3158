import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSchema } from '../schema/parseSchema.ts'
import type { EntityData, StoreValue } from '../values/storeValue.ts'
import { Suspension } from '../wasm/suspension.ts'
import { CurrentEntities } from './currentEntities.ts'
import { EntityCache } from './entityCache.ts'
import { type EntityKey, entityKey } from './entityKey.ts'

const model = parseSchema(`
  type Token @entity(immutable: false) {
    id: ID!
    supply: BigInt!
    name: String
    holders: [Holder!]! @derivedFrom(field: "token")
  }
  type Holder @entity(immutable: false) { id: ID! token: Token! }
  enum Grade { A B }
  type Lot @entity(immutable: false) { id: ID! grade: Grade! others: [Grade!] }
  type Sale @entity(immutable: true) { id: Bytes! price: Int! }
`)

function type(name: string) {
  const found = model.entities.find((one) => one.name === name)
  assert.ok(found)
  return found
}

function entity(fields: Record<string, StoreValue>): Map<string, StoreValue> {
  return new Map(Object.entries(fields))
}

const token = (id: string): EntityKey => entityKey(type('Token'), id)

/** A cache over these stored entities. */
function cacheOver(stored: Record<string, EntityData>, block = 7) {
  const current = new CurrentEntities({
    readEntities: async (_type, ids) =>
      new Map(ids.flatMap((id) => (stored[id] ? [[id, stored[id]] as const] : []))),
    readReferring: async (_type, field, id) =>
      new Map(Object.entries(stored).filter(([, one]) => one.get(field.name) === id)),
  })
  return { current, cache: new EntityCache(model, current, block) }
}

/** Runs an action of a handler until nothing is missing in memory any more. */
async function loading<Result>(cache: EntityCache, action: () => Result): Promise<Result> {
  for (;;) {
    try {
      return action()
    } catch (error) {
      if (!(error instanceof Suspension)) throw error
      cache.discardHandler()
      await error.load()
    }
  }
}

test('merges updates over what is stored; null removes a field', async () => {
  const stored = { a: entity({ id: 'a', supply: 5n, name: 'old' }) }
  const { cache } = cacheOver(stored)
  assert.throws(() => cache.get(token('a')), Suspension)
  await loading(cache, () => cache.set(token('a'), entity({ id: 'a', supply: 6n })))
  cache.commitHandler()
  await loading(cache, () => cache.set(token('a'), entity({ id: 'a', name: null })))
  assert.deepEqual(cache.get(token('a')), entity({ id: 'a', supply: 6n }))
  assert.deepEqual(cache.getInBlock(token('a')), entity({ id: 'a', supply: 6n }))
  cache.commitHandler()
  const [change] = await cache.changes()
  assert.deepEqual(change, {
    kind: 'overwrite',
    key: token('a'),
    data: entity({ id: 'a', supply: 6n }),
    vid: (7n << 32n) + 101n,
  })
})

test('a new entity keeps its nulls until the block ends', async () => {
  const { cache } = cacheOver({})
  const seen = await loading(cache, () => {
    cache.set(token('n'), entity({ id: 'n', supply: 1n, name: null }))
    return cache.get(token('n'))
  })
  assert.equal(seen?.get('name'), null)
  cache.commitHandler()
  const [change] = await cache.changes()
  assert.ok(change.kind === 'insert' && !change.data.has('name'))
})

test('a discarded handler leaves nothing, not even a used row number', async () => {
  const { cache } = cacheOver({})
  cache.set(token('x'), entity({ id: 'x', supply: 1n }))
  cache.discardHandler()
  cache.set(token('y'), entity({ id: 'y', supply: 1n }))
  cache.commitHandler()
  const changes = await cache.changes()
  assert.deepEqual(
    changes.map((change) => [
      change.key.id,
      change.kind === 'remove' ? null : change.vid & 0xffffffffn,
    ]),
    [['y', 100n]],
  )
})

test('removal, and a new entity after it, which takes over nothing of the old one', async () => {
  const stored = { a: entity({ id: 'a', supply: 5n, name: 'old' }) }
  const { cache } = cacheOver(stored)
  cache.remove(token('a'))
  assert.equal(cache.get(token('a')), null)
  cache.commitHandler()
  assert.deepEqual(await cache.changes(), [{ kind: 'remove', key: token('a') }])
  cache.set(token('a'), entity({ id: 'a', supply: 9n }))
  cache.commitHandler()
  const [change] = await cache.changes()
  assert.equal(change.kind, 'overwrite')
  assert.deepEqual(cache.get(token('a')), entity({ id: 'a', supply: 9n }))
})

test('what did not change is no change, and what never was cannot be removed', async () => {
  const { cache } = cacheOver({ a: entity({ id: 'a', supply: 5n }) })
  cache.set(token('a'), entity({ id: 'a', supply: 5n }))
  cache.remove(token('ghost'))
  cache.commitHandler()
  assert.deepEqual(await cache.changes(), [])
})

test('refuses entities that break their schema', async () => {
  const { cache } = cacheOver({})
  const set = (fields: Record<string, StoreValue>) =>
    loading(cache, () => cache.set(token('t'), entity({ id: 't', ...fields })))
  await assert.rejects(set({ name: 'x' }), {
    message: 'Entity Token[t]: missing value for non-nullable field `supply`',
  })
  cache.discardHandler()
  await assert.rejects(set({ supply: 'many' }), {
    message:
      'Entity Token[t]: the value `many` for field `supply` must have type BigInt! but has type String',
  })
  cache.discardHandler()
  await assert.rejects(set({ supply: 1n, holders: [] }), {
    message: 'Entity Token[t]: field `holders` is derived and cannot be set',
  })
})

test('a value that an enum lacks is refused once the block is over', async () => {
  const lot = entityKey(type('Lot'), 'l')
  const { cache } = cacheOver({})
  await loading(cache, () => cache.set(lot, entity({ id: 'l', grade: 'C' })))
  cache.commitHandler()
  await assert.rejects(cache.changes(), {
    name: 'TransientError',
    message:
      'Failed to transact block operations: writing Lot entities at block 7 failed: ' +
      'invalid input value for enum grade: "C"',
  })
  await loading(cache, () => cache.set(lot, entity({ grade: 'A', others: ['B', 'D'] })))
  cache.commitHandler()
  await assert.rejects(cache.changes(), /invalid input value for enum grade: "D"/)
  await loading(cache, () => cache.set(lot, entity({ others: ['B', 'A'] })))
  cache.commitHandler()
  assert.equal((await cache.changes()).length, 1)
})

test('related entities are those of the block as it is now, ordered by id', async () => {
  const stored = {
    h1: entity({ id: 'h1', token: 'a' }),
    h2: entity({ id: 'h2', token: 'a' }),
    h3: entity({ id: 'h3', token: 'b' }),
  }
  const { cache } = cacheOver(stored)
  const holder = (id: string) => entityKey(type('Holder'), id)
  cache.set(holder('h3'), entity({ id: 'h3', token: 'a' }))
  cache.set(holder('h0'), entity({ id: 'h0', token: 'a' }))
  cache.commitHandler()
  const field = type('Holder').fields.find((one) => one.name === 'token')
  assert.ok(field)
  const related = await loading(cache, () => {
    cache.remove(holder('h2'))
    return cache.referring(type('Holder'), field, 'a')
  })
  assert.deepEqual(
    related.map((one) => one.get('id')),
    ['h0', 'h1', 'h3'],
  )
})

test('ids of bytes have one form', () => {
  assert.equal(entityKey(type('Sale'), '0xABCD').id, '0xabcd')
  assert.throws(() => entityKey(type('Sale'), 'xyz'), { name: 'TransientError' })
})
