import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Deployment } from '../graphql/deployment.ts'
import { readBuild } from '../manifest/readBuild.ts'
import { LAST_BLOCK, playChain } from '../parity/chain/chainScript.ts'
import { ParityChain } from '../parity/chain/parityChain.ts'
import { ParityScript } from '../parity/chain/parityScript.ts'
import { PUBLISHED } from '../parity/chain/publishedFiles.ts'
import type { RunningIndexer } from '../startIndexer.ts'
import { dumpStore } from '../testing/dumpStore.ts'
import { graftBuild } from '../testing/graftBuild.ts'
import { query, until } from '../testing/runLedger.ts'
import { startPostgres, type TestPostgres } from '../testing/startPostgres.ts'
import { startTestIndexer } from '../testing/startTestIndexer.ts'

const CASES = join(import.meta.dirname, '..', 'testdata', 'parity')
/** As far behind the chain's end as grafts must be; events come before and after it. */
const AT = 165

let postgres: TestPostgres
let chain: ParityChain
let home: string

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'graft-kinds-'))
  ;[postgres, chain] = await Promise.all([startPostgres(), ParityChain.start()])
  await playChain(chain, [new ParityScript()], async () => {})
})

after(async () => {
  await Promise.all([postgres?.stop(), chain?.stop()])
  await rm(home, { recursive: true, force: true })
})

/** Indexes a parity case, and then a graft onto it. */
async function graftOnto(
  name: string,
  at: number,
  compare: (
    indexer: RunningIndexer,
    base: Deployment,
    graft: () => Promise<Deployment>,
  ) => Promise<void>,
): Promise<void> {
  const folder = join(CASES, name, 'build')
  const build = await readBuild(folder)
  const indexer = await startTestIndexer({
    build,
    name,
    rpcUrl: chain.url,
    databaseUrl: postgres.url,
    database: name,
  })
  const indexed = async (id: string): Promise<Deployment> => {
    const deployment = indexer.host.deployments.find((known) => known.id === id)
    assert.ok(deployment)
    const { number } = await chain.head()
    await until(async () => (await deployment.headBlock())?.number === number, `${id} is indexed`)
    return deployment
  }
  try {
    await compare(indexer, await indexed(build.id), async () => {
      const graft = await graftBuild(join(home, `${name}-${at}`), folder, {
        base: build.id,
        block: at,
      })
      await indexer.host.deploy('graft', graft)
      return indexed(graft.id)
    })
  } finally {
    await indexer.stop()
  }
}

for (const at of [AT, 140]) {
  test(`timeseries and their aggregations are taken over at block ${at}`, async () => {
    await graftOnto('aggregations', at, async (_indexer, _base, graft) => {
      // A bucket counts from the block that finds it ended; that may be the block of the graft.
      const dump = async () => {
        const rows = await dumpStore(postgres.url, 'aggregations')
        return rows.map((row) => row.replace(/(?<=^stats_.*|^all_.*)"block\$": \d+, /, ''))
      }
      const expected = await dump()
      assert.ok(expected.some((row) => row.startsWith('stats_hour')))
      await graft()
      assert.deepEqual(await dump(), expected)
    })
  })
}

test('errors that were skipped are told by queries of a graft, and not by its health', async () => {
  await graftOnto('nonfatal', AT, async (indexer, base, graft) => {
    const expected = await dumpStore(postgres.url, 'nonfatal')
    const { health, nonFatalErrors } = await base.status()
    assert.equal(health, 'unhealthy')
    const grafted = await graft()
    assert.deepEqual(await dumpStore(postgres.url, 'nonfatal'), expected)
    const own = await grafted.status()
    assert.deepEqual(own.nonFatalErrors, nonFatalErrors)
    const at = (block: number) => `{ totals(block: { number: ${block} }) { steps } }`
    await assert.rejects(query(indexer.server.url, 'graft', at(AT)), /indexing_error/)
    assert.equal(await grafted.hasIndexingErrors(AT), true)
  })
  // An unhealthy base may be grafted onto at any block before its head.
  await graftOnto('nonfatal', LAST_BLOCK - 1, async (_indexer, _base, graft) => {
    const grafted = await graft()
    assert.deepEqual(
      await grafted.status().then(({ health, nonFatalErrors }) => [health, nonFatalErrors]),
      ['healthy', []],
    )
    assert.equal(await grafted.hasIndexingErrors(LAST_BLOCK), true)
  })
})

test('files that were handled after the block of a graft are handled again', async () => {
  await graftOnto('files', AT, async (indexer, _base, graft) => {
    const contents = '{ contents(first: 1000, orderBy: id) { id title length from next { id } } }'
    const none = await query<{ contents: object[] }>(indexer.server.url, 'files', contents)
    assert.deepEqual(none.contents, [])
    for (const { bytes } of PUBLISHED) await indexer.host.content.add(bytes)
    const ask = (name: string) => query<{ contents: object[] }>(indexer.server.url, name, contents)
    let before = 0
    let still = 0
    await until(async () => {
      await chain.mine([])
      const { length } = (await ask('files')).contents
      still = length > 0 && length === before ? still + 1 : 0
      before = length
      return still > 20
    }, 'the files are handled')
    await graft()
    const expected = (await ask('files')).contents
    await until(async () => {
      await chain.mine([])
      return (await ask('graft')).contents.length === expected.length
    }, 'the files are handled again')
    assert.deepEqual((await ask('graft')).contents, expected)
  })
})
