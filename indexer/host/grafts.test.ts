import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import type { Deployment } from '../graphql/deployment.ts'
import type { SubgraphBuild } from '../manifest/subgraphBuild.ts'
import type { RunningIndexer } from '../startIndexer.ts'
import { dumpStore } from '../testing/dumpStore.ts'
import { type GraftChanges, graftBuild } from '../testing/graftBuild.ts'
import { LEDGER, LedgerChain } from '../testing/ledgerChain.ts'
import { indexLedger, ledgerBuild, query, until } from '../testing/runLedger.ts'
import { startPostgres, type TestPostgres } from '../testing/startPostgres.ts'

/** Blocks that a base must be ahead of a graft. */
const THRESHOLD = 250
const DATABASE = 'grafts'

let postgres: TestPostgres
let chain: LedgerChain
let indexer: RunningIndexer
let base: SubgraphBuild
let database: pg.Client
let home: string
/** The block that grafts are made at, with events before and after it. */
let at: number
let builds = 0

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'grafts-'))
  ;[postgres, chain] = await Promise.all([startPostgres(), LedgerChain.start()])
  await play(6)
  at = await chain.blockNumber()
  await play(4)
  await chain.mine(THRESHOLD)
  base = await ledgerBuild(chain)
  indexer = await indexLedger(chain, postgres, DATABASE, base)
  await untilIndexed(base.id)
  const url = new URL(postgres.url)
  url.pathname = `/${DATABASE}`
  database = new pg.Client({ connectionString: url.href })
  await database.connect()
})

after(async () => {
  await database?.end()
  await indexer?.stop()
  await Promise.all([postgres?.stop(), chain?.stop()])
  await rm(home, { recursive: true, force: true })
})

async function play(rounds: number): Promise<void> {
  const place = { x: 1, y: 2, name: 'here' }
  for (let round = 0; round < rounds; round++) {
    await chain.send('move', [chain.accounts[round % 5], BigInt(round + 1)])
    await chain.send('note', ['weather', `note ${round}`, '0xbeef', round - 2, [1], place])
    await chain.send('open', [`branch ${round}`], round % 3)
    await chain.mine()
  }
}

async function untilIndexed(id: string): Promise<void> {
  const { hash } = await chain.rpc.call<{ hash: string }>('eth_getBlockByNumber', 'latest', false)
  const deployment = deployed(id)
  await until(async () => (await deployment.headBlock())?.hash === hash, `${id} is indexed`)
}

function deployed(id: string): Deployment {
  const deployment = indexer.host.deployments.find((known) => known.id === id)
  assert.ok(deployment, `${id} is deployed`)
  return deployment
}

/** A build like the base's, grafted onto it. */
async function grafted(block: number, changes: GraftChanges = {}, onto = base.id) {
  builds += 1
  return graftBuild(
    join(home, String(builds)),
    join(LEDGER, 'build'),
    { base: onto, block },
    changes,
    {
      local: { Ledger: { address: chain.address, startBlock: 1 } },
    },
  )
}

function ask<Data>(name: string, text: string): Promise<Data> {
  return query<Data>(indexer.server.url, name, text)
}

async function count(table: string): Promise<number> {
  return (await database.query(`select count(*)::int as n from ${table}`)).rows[0].n
}

test('a graft of the same mapping holds what its base holds, proofs of indexing included', async () => {
  const expected = await dumpStore(postgres.url, DATABASE)
  assert.ok(expected.some((row) => row.startsWith('poi2$')))
  const build = await grafted(at)
  await indexer.host.deploy('same', build)
  await untilIndexed(build.id)
  assert.deepEqual(await dumpStore(postgres.url, DATABASE), expected)

  const { rows } = await database.query(
    `select graft_base, graft_block_number, '0x' || encode(graft_block_hash, 'hex') as hash
       from subgraphs.deployment where subgraph = $1`,
    [build.id],
  )
  const { hash } = await chain.rpc.call<{ hash: string }>(
    'eth_getBlockByNumber',
    `0x${at.toString(16)}`,
    false,
  )
  assert.deepEqual(rows, [{ graft_base: base.id, graft_block_number: at, hash }])
  // What came before the graft can be asked for as well.
  const early = `{ _meta(block: { number: ${at - 2} }) { block { number } }
    accounts(block: { number: ${at - 2} }) { id balance } }`
  assert.deepEqual(await ask('same', early), await ask('ledger', early))
})

test('a proof of indexing of a graft is that of its base under another id', async () => {
  const build = await grafted(at - 1)
  await indexer.host.deploy('proofs', build)
  await untilIndexed(build.id)
  const head = deployed(build.id).headBlock()
  const { number, hash } = (await head) as { number: number; hash: string }
  const [proof, other] = await Promise.all(
    [build.id, base.id].map((id) => deployed(id).proofOfIndexing({ number, hash }, null)),
  )
  assert.match(String(proof), /^0x/)
  assert.notEqual(proof, other)
})

test('a changed schema and manifest take over what they still have', async () => {
  const build = await grafted(at, {
    schema: (sdl) =>
      sdl
        .replace('HAPPY', 'HAPPY\n  CALM')
        .replace('  label: String\n', '  label: String\n  added: [BigInt!]\n')
        .replace('share: BigDecimal!', 'share: BigDecimal')
        .replace('type Note @entity(immutable: true)', 'type Note @entity(immutable: false)')
        .replace('  related: Int!\n', '  related: Int\n'),
    manifest: (yaml) => {
      yaml.specVersion = '1.3.0'
      const second = structuredClone(yaml.dataSources[0]) as { mapping: Record<string, unknown> }
      second.mapping.blockHandlers = []
      second.mapping.eventHandlers = [{ event: 'Poisoned(uint256)', handler: 'handlePoisoned' }]
      yaml.dataSources.push({ ...second, name: 'Second' })
      yaml.templates.unshift({ ...yaml.templates[0], name: 'Other' })
    },
  })
  await indexer.host.deploy('changed', build)
  await untilIndexed(build.id)
  const text = `{ notes(first: 1000, orderBy: id) { id mood text } branches(orderBy: id) { id visits } }`
  assert.deepEqual(await ask('changed', text), await ask('ledger', text))
  const { rows } = await database.query(
    `select name from public.deployment_schemas where subgraph = $1`,
    [build.id],
  )
  const [{ name }] = rows
  const sources = await database.query(`select distinct manifest_idx from ${name}."data_sources$"`)
  assert.deepEqual(sources.rows, [{ manifest_idx: 3 }], 'the template is found by its name')
  const added = await ask<{ accounts: { added: unknown }[] }>(
    'changed',
    `{ accounts(block: { number: ${at} }) { added } }`,
  )
  assert.ok(added.accounts.length > 0)
  assert.ok(added.accounts.every((account) => account.added === null))
})

test('a graft onto a graft goes on from what that took over', async () => {
  const expected = await dumpStore(postgres.url, DATABASE)
  const first = await grafted(at - 2)
  await indexer.host.deploy('first', first)
  await untilIndexed(first.id)
  const second = await grafted(at - 1, {}, first.id)
  await indexer.host.deploy('second', second)
  await untilIndexed(second.id)
  const earlier = await dumpStore(postgres.url, DATABASE)
  assert.equal(earlier[0], expected[0])
  const third = await grafted(at - 3, {}, second.id)
  await indexer.host.deploy('third', third)
  await untilIndexed(third.id)
  assert.deepEqual(await dumpStore(postgres.url, DATABASE), earlier)
})

test('what nothing can be grafted onto is refused with graph-node’s reasons, and nothing is left', async () => {
  const head = await chain.blockNumber()
  const [deployments, names] = [
    await count('public.deployment_schemas'),
    await count('subgraphs.subgraph'),
  ]
  const unknown = 'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG'
  const near = head - THRESHOLD + 1
  const cases: [SubgraphBuild, string][] = [
    [await grafted(at, {}, unknown), `the graft base is invalid: deployment not found: ${unknown}`],
    [
      await grafted(head + 1),
      `the graft base is invalid: failed to graft onto \`${base.id}\` at block ${head + 1} since it has only processed block ${head}`,
    ],
    [
      await grafted(near),
      `the graft base is invalid: failed to graft onto \`${base.id}\` at block ${near} since it's only at block ${head} which is within the reorg threshold of 250 blocks`,
    ],
    [
      await grafted(-1),
      `the graft base is invalid: failed to graft onto \`${base.id}\` at block -1 since its earliest available block is 0`,
    ],
  ]
  for (const [build, reason] of cases) {
    await assert.rejects(indexer.host.deploy('refused', build), {
      name: 'ManifestError',
      reasons: [reason],
    })
  }
  const data: [GraftChanges, RegExp][] = [
    [
      { schema: (sdl) => sdl.replace('balance: BigInt!', 'balance: Int!').replace('SAD\n', '') },
      /^The subgraph `sgd\d+` cannot be used as the graft base for `sgd\d+` because the schemas are incompatible:\n {4}- The attribute Account\.balance has type Int!, but its type in the source is BigInt!\n {4}- the enum type "sgd\d+"\."mood" contains values not present in "sgd\d+"\."mood"$/,
    ],
    [
      {
        schema: (sdl) =>
          sdl.replace(
            'type Account @entity(immutable: false)',
            'type Account @entity(immutable: true)',
          ),
      },
      /^table "sgd\d+"\."account" for entity type Account can not be made immutable since it contains at least one mutated entity\. vid = \d+$/,
    ],
    [
      {
        manifest: (yaml) => {
          yaml.templates[0].name = 'Twig'
        },
      },
      /^the destination sgd\d+ is missing a template with name Branch\. The source sgd\d+ created one at block 2$/,
    ],
  ]
  for (const [changes, message] of data) {
    await assert.rejects(indexer.host.deploy('refused', await grafted(at, changes)), {
      name: 'GraftError',
      message,
    })
  }
  assert.equal(await count('public.deployment_schemas'), deployments)
  assert.equal(await count('subgraphs.subgraph'), names)
  const { rows } = await database.query(
    `select count(*)::int as n from pg_namespace where nspname like 'sgd%'`,
  )
  assert.equal(rows[0].n, deployments)
})

test('a base of before specVersion 0.0.6 is refused, since its proofs are of another hash', async () => {
  const old = await grafted(at, {
    manifest: (yaml) => {
      delete yaml.graft
      delete (yaml as { indexerHints?: unknown }).indexerHints
      yaml.specVersion = '0.0.5'
      const [source] = yaml.dataSources as { mapping: { blockHandlers?: unknown } }[]
      delete source.mapping.blockHandlers
    },
  })
  await indexer.host.deploy('old', old)
  await untilIndexed(old.id)
  await assert.rejects(
    indexer.host.deploy('refused', await grafted(at, {}, old.id)),
    /specVersion is 0\.0\.5: below 0\.0\.6 proofs of indexing are made of another hash/,
  )
})

test('a graft outlives its base, and never goes back past the block of the graft', async () => {
  const parent = await grafted(at - 4)
  await indexer.host.deploy('parent', parent)
  await untilIndexed(parent.id)
  const build = await grafted(at, {}, parent.id)
  const { store } = await indexer.host.deploy('child', build)
  await untilIndexed(build.id)
  await indexer.host.remove('parent')
  await indexer.host.removeUnused(0)
  const { rows } = await database.query(
    'select 1 from public.deployment_schemas where subgraph = $1',
    [parent.id],
  )
  assert.equal(rows.length, 0)
  const expected = await dumpStore(postgres.url, DATABASE)
  assert.equal(await indexer.host.rewind(build.id, at), at)
  await untilIndexed(build.id)
  assert.deepEqual(await dumpStore(postgres.url, DATABASE), expected)
  for (const block of [at - 1, 0]) {
    await assert.rejects(indexer.host.rewind(build.id, block), {
      name: 'GraftPointError',
      message: new RegExp(
        `^Can not revert subgraph \`${build.id}\` .* as it was grafted at block ${at} and reverting past a graft point is not possible`,
      ),
    })
  }
  await untilIndexed(build.id)
  assert.deepEqual(await dumpStore(postgres.url, DATABASE), expected)
  // Deployed once more, it is what it was, though there is no base any more.
  assert.equal((await indexer.host.deploy('child', build)).store.namespace, store.namespace)
})

test('a reorg past the block of the graft is a failure with a reason', async () => {
  const build = await grafted(at)
  const { store, runner } = await indexer.host.deploy('reorged', build)
  await untilIndexed(build.id)
  const { head } = runner
  await indexer.host.pause(base.id)
  await chain.reorg((await chain.blockNumber()) - at + 4)
  await chain.mine()
  await until(async () => (await store.errors.all()).length > 0, 'the failure is recorded')
  const [error] = await store.errors.all()
  assert.deepEqual([error.fatal, error.deterministic], [true, false])
  assert.match(error.message, /reverting past a graft point is not possible/)
  assert.deepEqual(await store.chain.head(), head, 'what there is stays as it was')
  // A base that rests has not seen it, and what it holds is no more.
  const late = await grafted(at - 1, { schema: (sdl) => `${sdl}\n# Not deployed before.\n` })
  await assert.rejects(indexer.host.deploy('refused', late), {
    name: 'GraftError',
    message: new RegExp(`^\`${base.id}\` cannot be the graft base: it stands on block ${at - 1} `),
  })
})
