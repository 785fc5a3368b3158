import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSchema } from '../schema/parseSchema.ts'
import { CurrentEntities } from '../store/currentEntities.ts'
import { EntityCache } from '../store/entityCache.ts'
import { entityKey } from '../store/entityKey.ts'
import type { EntityData } from '../values/storeValue.ts'
import type { MappingModule } from '../wasm/mappingModule.ts'
import { Suspension } from '../wasm/suspension.ts'
import { loadAhead, type Upcoming } from './loadAhead.ts'
import type { TriggerContext } from './triggerContext.ts'

const model = parseSchema('type Account @entity(immutable: false) { id: ID! sent: Int! }')
const [account] = model.entities

/** Handlers `load:<id>`, `call:<answer>`, `slow:` and `fail:`, over a store that tells what it was asked for. */
function setUp() {
  const queries: string[][] = []
  const calls: string[] = []
  const none = new Map<string, EntityData>()
  const current = new CurrentEntities({
    readEntities: async (_type, ids) => {
      queries.push([...ids].sort())
      return none
    },
    readReferring: async () => none,
  })
  const ran: string[] = []
  const run = (handler: string, _write: unknown, context: TriggerContext) => {
    ran.push(handler)
    const [kind, what] = handler.split(':')
    if (kind === 'slow') {
      for (const end = performance.now() + 150; performance.now() < end; );
      return
    }
    if (kind === 'fail') throw new Error('a handler that fails')
    if (kind === 'call') {
      throw new Suspension('block', async () => {
        calls.push(what)
      })
    }
    context.setEntity('Account', what, new Map([['sent', 1]]))
    context.getEntity('Account', `${what}-other`)
  }
  const modules = new Map([['wasm', { run } as unknown as MappingModule]])
  const block = (number: number) => ({
    build: { model, manifest: { apiVersion: '0.0.9' } },
    block: { number, timestamp: 1n, transactions: new Map() },
    cache: new EntityCache(model, current, number),
    generatedIds: 0,
  })
  const source = { source: { wasmId: 'wasm' } }
  const upcoming = (shared: object, ...handlers: string[]) =>
    handlers.map((handler) => {
      return { shared, trigger: { kind: 'block', source, handler } } as unknown as Upcoming
    })
  const lacking = (id: string) =>
    new Suspension('chain', () => current.load([entityKey(account, id)]))
  return { queries, calls, ran, modules, block, upcoming, lacking }
}

type Block = Parameters<typeof loadAhead>[1]

test('one query brings what many handlers lack, also those of later blocks', async () => {
  const { queries, calls, modules, block, upcoming, lacking } = setUp()
  const [now, later] = [block(1), block(2)]
  await loadAhead(modules, now as unknown as Block, lacking('a'), [
    ...upcoming(now, 'load:b', 'fail:', 'call:now', 'load:c'),
    ...upcoming(later, 'load:b', 'load:d', 'call:later'),
  ])
  assert.deepEqual(queries, [['a', 'b-other', 'c-other', 'd-other']])
  // What a contract answers is of use in its own block alone.
  assert.deepEqual(calls, ['now'])
  // No trace is left of what the handlers wrote.
  assert.equal(now.cache.getInBlock(entityKey(account, 'b')), null)
  assert.deepEqual(await now.cache.changes(), [])
})

test('handlers that lack nothing are not tried for long', async () => {
  const { ran, modules, block, upcoming, lacking } = setUp()
  const now = block(1)
  const inVain = Array.from({ length: 100 }, () => 'fail:')
  await loadAhead(modules, now as unknown as Block, lacking('a'), upcoming(now, ...inVain))
  assert.ok(ran.length < 10, `${ran.length} handlers were tried`)
})

test('a handler that is slow is not run more often than it must', async () => {
  const { ran, queries, modules, block, upcoming, lacking } = setUp()
  const now = block(1)
  const handlers = upcoming(now, 'slow:', 'load:b')
  await loadAhead(modules, now as unknown as Block, lacking('a'), handlers)
  await loadAhead(modules, now as unknown as Block, lacking('c'), handlers)
  assert.deepEqual(ran, ['slow:', 'load:b', 'load:b'])
  assert.deepEqual(queries, [['a', 'b-other'], ['c']])
})

test('what a contract answers has no other block’s handlers tried', async () => {
  const { ran, calls, modules, block, upcoming } = setUp()
  const [now, later] = [block(1), block(2)]
  const call = new Suspension('block', async () => {
    calls.push('first')
  })
  await loadAhead(modules, now as unknown as Block, call, [
    ...upcoming(now, 'call:second'),
    ...upcoming(later, 'load:x'),
  ])
  assert.deepEqual(calls, ['first', 'second'])
  assert.deepEqual(ran, ['call:second'])
})

test('only what the handler itself lacks may fail', async () => {
  const { modules, block } = setUp()
  const now = block(1) as unknown as Block
  const failing = new Suspension('handler', async () => {
    throw new Error('the store is away')
  })
  await assert.rejects(loadAhead(modules, now, failing, []), /the store is away/)
})
