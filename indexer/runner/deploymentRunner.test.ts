import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Field } from '../schema/entityModel.ts'
import { dumpStore } from '../testing/dumpStore.ts'
import { LedgerChain } from '../testing/ledgerChain.ts'
import { indexLedger, ledgerBuild, query, until, untilIndexed } from '../testing/runLedger.ts'
import { startPostgres, type TestPostgres } from '../testing/startPostgres.ts'

const RUNAWAY = join(import.meta.dirname, '..', 'testdata', 'runaway', 'runaway.wasm')
/** A field that the mapping never sets. */
const EXTRA_FIELD: Field = {
  name: 'extra',
  column: 'extra',
  type: { kind: 'scalar', name: 'Int' },
  nullable: false,
  derivedFrom: null,
  graphqlType: 'Int!',
  description: null,
}

let postgres: TestPostgres
let chain: LedgerChain

before(async () => {
  ;[postgres, chain] = await Promise.all([startPostgres(), LedgerChain.start()])
})

after(async () => {
  await Promise.all([postgres?.stop(), chain?.stop()])
})

/** Indexes the whole chain anew and compares what is stored. */
async function assertLikeCleanIndex(
  database: string,
  isCompared: (row: string) => boolean = () => true,
): Promise<void> {
  const clean = `${database}_clean`
  const indexer = await indexLedger(chain, postgres, clean)
  try {
    await untilIndexed(indexer, chain)
  } finally {
    await indexer.stop()
  }
  const dump = async (name: string) => (await dumpStore(postgres.url, name)).filter(isCompared)
  const expected = await dump(clean)
  assert.ok(expected.length > 5, 'the clean index holds entities')
  assert.deepEqual(await dump(database), expected)
}

test('a mapping runs over events, receipts, calls, templates and blocks, and is served', async () => {
  const [, first, second] = chain.accounts
  await chain.send('move', [first, 100n])
  await chain.send('move', [second, 7n])
  await chain.mine()
  const place = { x: -7, y: 9, name: 'hill' }
  const text = '{"b": 12345678901234567890, "a": 1}'
  await chain.send('note', ['weather', text, '0xdeadbeef', -5, [1, 2, 3], place])
  await chain.mine()
  await chain.send('open', ['north'])
  await chain.mine(8)
  const indexer = await indexLedger(chain, postgres, 'events')
  try {
    await untilIndexed(indexer, chain)
    const data = await query<Record<string, Record<string, unknown>[]>>(
      indexer.server.url,
      'ledger',
      `{ accounts(orderBy: balance, orderDirection: desc, first: 2) { balance share moves }
         movements(orderBy: value) { value order blockNumber }
         notes { text data mood marks place json }
         branches { label visits related chainCount visitors { count } }
         totals_collection { id movements volume average blocks } }`,
    )
    assert.deepEqual(data.accounts, [
      { balance: '100', share: '1', moves: 1 },
      { balance: '7', share: '0.06542056074766355140186915887850467', moves: 1 },
    ])
    assert.deepEqual(data.movements, [
      { value: '7', order: '1', blockNumber: '2' },
      { value: '100', order: '0', blockNumber: '2' },
    ])
    assert.deepEqual(data.notes, [
      {
        text,
        data: '0xdeadbeef',
        mood: 'SAD',
        marks: [1, 2, 3],
        place: 'hill@-7,9',
        json: ['a=1', 'b=12345678901234567890'],
      },
    ])
    // The branch was visited in the block that made it, before its data source was there.
    assert.deepEqual(data.branches, [
      { label: 'north', visits: 1, related: 1, chainCount: '1', visitors: [{ count: '1' }] },
    ])
    // `once` set 100 at block 1; polling counted blocks 1, 6 and 11.
    assert.deepEqual(data.totals_collection, [
      { id: 'all', movements: 2, volume: '107', average: '53.5', blocks: 103 },
    ])
    // The state before the first block can be asked for as well.
    const before = await query(
      indexer.server.url,
      'ledger',
      '{ a: accounts(block: {number: 0}) { moves } b: accounts(block: {number: 1}) { moves } }',
    )
    assert.deepEqual(before, { a: [], b: [] })
  } finally {
    await indexer.stop()
  }
  await assertLikeCleanIndex('events')
})

test('reorgs of any depth leave what a clean index of the final chain holds', async () => {
  const indexer = await indexLedger(chain, postgres, 'reorgs')
  try {
    await untilIndexed(indexer, chain)
    for (const [round, depth] of [1, 2, 3, 6, 9].entries()) {
      await chain.send('move', [chain.accounts[round + 3], BigInt(round + 1)])
      await chain.send('open', [`branch ${round}`], 1)
      await chain.mine()
      await chain.send('move', [chain.accounts[3], 1_000n])
      await chain.mine(depth)
      await untilIndexed(indexer, chain)
      await chain.reorg(depth)
      await chain.send('move', [chain.accounts[round], 5n])
      await chain.mine()
      await untilIndexed(indexer, chain)
    }
  } finally {
    await indexer.stop()
  }
  await assertLikeCleanIndex('reorgs')
})

test('a chain that lost blocks and grows again is followed', async () => {
  const indexer = await indexLedger(chain, postgres, 'shorter')
  try {
    const snapshot = await chain.rpc.call<string>('evm_snapshot')
    await chain.send('move', [chain.accounts[5], 9n])
    await chain.mine(3)
    await untilIndexed(indexer, chain)
    await chain.rpc.call('evm_revert', snapshot)
    await untilIndexed(indexer, chain)
  } finally {
    await indexer.stop()
  }
  await assertLikeCleanIndex('shorter')
})

test('a failing handler stops the deployment at its block, until a reorg takes it back', async () => {
  const indexer = await indexLedger(chain, postgres, 'poisoned')
  try {
    await chain.send('move', [chain.accounts[9], 3n])
    await chain.mine()
    await chain.send('move', [chain.accounts[9], 30n])
    await chain.send('poison', [1])
    await chain.mine()
    const failedAt = await chain.blockNumber()
    await chain.mine()
    await until(
      async () => (await indexer.store.errors.all()).length > 0,
      'the failure is recorded',
    )
    const [error] = await indexer.store.errors.all()
    assert.match(
      error.message,
      /^transaction [0-9a-f]{64}: Mapping aborted at .*ledger\.ts.*poisoned with 1 in handler `handlePoisoned` at block #\d+ \([0-9a-f]{64}\)$/,
    )
    assert.equal(error.fatal, true)
    assert.equal(error.handler, null)
    assert.equal(indexer.runner.head?.number, failedAt)
    const digests = (block: number) => indexer.store.proofDigests(block)
    assert.deepEqual([...(await digests(failedAt)).keys()], ['ethereum/local'])
    assert.notDeepEqual(await digests(failedAt), await digests(failedAt - 1))
    const ask = (where: string) =>
      query<{ accounts: { balance: string }[] }>(
        indexer.server.url,
        'ledger',
        `{ accounts(where: {id: "${chain.accounts[9]}"}, ${where}) { balance } }`,
      )
    await assert.rejects(ask('first: 1'), /indexing_error/)
    const { accounts } = await ask(`block: {number: ${failedAt - 1}}`)
    assert.deepEqual(accounts, [{ balance: '3' }], 'blocks before the failure are served')
    await chain.reorg(2)
    await untilIndexed(indexer, chain)
    assert.deepEqual(await indexer.store.errors.all(), [])
  } finally {
    await indexer.stop()
  }
  await assertLikeCleanIndex('poisoned')
})

test('under `nonFatalErrors` a failing handler is recorded and the others go on', async () => {
  const build = await ledgerBuild(chain)
  const manifest = { ...build.manifest, features: ['nonFatalErrors'] }
  const indexer = await indexLedger(chain, postgres, 'tolerant', { ...build, manifest })
  try {
    await chain.send('poison', [2])
    await chain.send('move', [chain.accounts[8], 11n])
    await chain.mine()
    await chain.send('poison', [3])
    await chain.mine()
    await untilIndexed(indexer, chain)
    const [error, ...others] = await indexer.store.errors.all()
    assert.equal(others.length, 1)
    assert.match(error.message, /poisoned with 2/)
    assert.equal(error.fatal, false)
    const ask = (policy: string) =>
      query<{ movements: unknown[]; spoiled: unknown }>(
        indexer.server.url,
        'ledger',
        `{ movements(where: {value: "11"}, subgraphError: ${policy}) { value }
           spoiled: account(id: "0x00000000000000000000000000000000000000ff", subgraphError: ${policy}) { id } }`,
      )
    await assert.rejects(ask('deny'), /indexing_error/)
    const stored = await indexer.store.entities.readEntities(
      build.model.entities.find((type) => type.name === 'Account') as never,
      ['0x00000000000000000000000000000000000000ff', chain.accounts[8]],
    )
    assert.deepEqual([...stored.keys()], [chain.accounts[8]])
    const { health, nonFatalErrors } = await indexer.host.deployments[0].status()
    assert.equal(health, 'unhealthy')
    assert.equal(nonFatalErrors.length, 1, 'only those of the last block that has any are told')
    assert.match(nonFatalErrors[0].message, /poisoned with 3/)

    const status = async () => {
      await untilIndexed(indexer, chain)
      const { health, nonFatalErrors } = await indexer.host.deployments[0].status()
      return [health, nonFatalErrors.length]
    }
    await chain.reorg(1)
    assert.deepEqual(
      await status(),
      ['unhealthy', 0],
      'those of the block before are not told anew',
    )
    await chain.reorg(3)
    assert.deepEqual(await status(), ['healthy', 0])
  } finally {
    await indexer.stop()
  }
})

test('two indexers of one deployment do not spoil it', async () => {
  await chain.reorg(2)
  const indexers = await Promise.all([
    indexLedger(chain, postgres, 'shared'),
    indexLedger(chain, postgres, 'shared'),
  ])
  try {
    for (let round = 0; round < 5; round++) {
      await chain.send('move', [chain.accounts[round], 1n])
      await chain.mine()
    }
    for (const indexer of indexers) await untilIndexed(indexer, chain)
  } finally {
    for (const indexer of indexers) await indexer.stop()
  }
  await assertLikeCleanIndex('shared')
})

test('a mapping without an end is stopped as on graph-node, and what came before is served', async () => {
  const build = await ledgerBuild(chain)
  const wasm = await readFile(RUNAWAY)
  const startBlock = (await chain.blockNumber()) + 1
  const dataSources = build.dataSources.map((source) => {
    return { ...source, startBlock, wasm, wasmId: 'runaway' }
  })
  const runaway = { ...build, id: 'QmRunaway', dataSources }
  const stoppedBy = async (database: string, name: string, args: unknown[]) => {
    await chain.mine()
    await chain.send(name, args)
    await chain.mine()
    const failing = await chain.blockNumber()
    const indexer = await indexLedger(chain, postgres, database, runaway)
    try {
      await until(
        async () => (await indexer.store.errors.all()).length > 0,
        'the failure is recorded',
      )
      const [error, ...more] = await indexer.store.errors.all()
      assert.deepEqual(more, [])
      assert.equal(error.block?.number, failing)
      const { accounts } = await query<{ accounts: unknown[] }>(
        indexer.server.url,
        'ledger',
        `{ accounts(block: {number: ${failing - 1}}) { id } }`,
      )
      assert.deepEqual(accounts, [])
      return error
    } finally {
      await indexer.stop()
      await chain.reorg(2)
    }
  }
  const place = { x: 0, y: 0, name: '' }
  const noted = await stoppedBy('endless', 'note', ['', '', '0x', 0, [], place])
  assert.equal(noted.deterministic, true)
  assert.match(
    noted.message,
    /: Gas limit exceeded\. Used: 10000000000000 in handler `handleNoted`/,
  )
  const opened = await stoppedBy('allocating', 'open', ['north'])
  assert.equal(opened.deterministic, true)
  assert.match(opened.message, /: wasm trap: wasm `unreachable` instruction executed in handler/)
  const poisoned = await stoppedBy('talking', 'poison', [1])
  assert.equal(poisoned.deterministic, false)
  assert.match(
    poisoned.message,
    /^failed to process trigger: block #\d+ \(0x[0-9a-f]{64}\), transaction [0-9a-f]{64}: (Gas limit exceeded\. Used: \d+): \1$/,
  )
})

test('what fails for now is recorded, and taken back once its block is processed', async () => {
  const build = await ledgerBuild(chain)
  const entities = build.model.entities.map((type) =>
    type.name === 'Movement' ? { ...type, fields: [...type.fields, EXTRA_FIELD] } : type,
  )
  const startBlock = (await chain.blockNumber()) + 1
  const dataSources = build.dataSources.map((source) => ({ ...source, startBlock }))
  const model = { ...build.model, entities }
  const strict = { ...build, id: 'QmStrict', dataSources, model }
  const indexer = await indexLedger(chain, postgres, 'stuck', strict)
  try {
    await chain.send('move', [chain.accounts[7], 4n])
    await chain.mine()
    await until(
      async () => (await indexer.store.errors.all()).length > 0,
      'the failure is recorded',
    )
    const [error] = await indexer.store.errors.all()
    assert.deepEqual([error.fatal, error.deterministic], [true, false])
    assert.match(error.message, /missing value for non-nullable field `extra`$/)
    await chain.reorg(1)
    await chain.mine(2)
    await until(async () => (await indexer.store.errors.all()).length === 0, 'the failure is gone')
  } finally {
    await indexer.stop()
  }
})

test('a reorg below what pruning left is a failure with a reason, and never a wrong state', async () => {
  const build = await ledgerBuild(chain)
  const manifest = { ...build.manifest, historyBlocks: 2 }
  const indexer = await indexLedger(chain, postgres, 'pruned', { ...build, manifest })
  try {
    const deepest = await chain.blockNumber()
    for (let round = 0; round < 8; round++) {
      await chain.send('move', [chain.accounts[round % 2], 2n])
      await chain.mine()
      await untilIndexed(indexer, chain)
    }
    await until(() => indexer.store.earliestBlock > deepest + 1, 'history is pruned')
    const { head } = indexer.runner
    await chain.reorg((await chain.blockNumber()) - deepest)
    await until(
      async () => (await indexer.store.errors.all()).length > 0,
      'the failure is recorded',
    )
    const [error] = await indexer.store.errors.all()
    assert.deepEqual([error.fatal, error.deterministic], [true, false])
    assert.match(error.message, new RegExp(`cannot go back to block ${deepest}: .*prune.*rewind`))
    assert.deepEqual(indexer.runner.head, head, 'what there is stays as it was')
    const { id } = indexer.store
    await assert.rejects(indexer.host.rewind(id, deepest), /cannot go back to block/)
    assert.equal(await indexer.host.rewind(id, 0), null)
    await untilIndexed(indexer, chain)
    assert.deepEqual(await indexer.store.errors.all(), [])
  } finally {
    await indexer.stop()
  }
  const hasEnded = /"block_range": "\[\d+,\d+\)"/
  await assertLikeCleanIndex('pruned', (row) => !hasEnded.test(row))
})
