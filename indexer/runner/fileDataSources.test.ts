import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Interface } from 'ethers'
import pg from 'pg'
import { type Cid, cidText, parseCid, RAW, SHA2_256 } from '../content/cid.ts'
import { DatabaseContent } from '../content/databaseContent.ts'
import { contentId } from '../manifest/contentId.ts'
import { readBuild } from '../manifest/readBuild.ts'
import { ParityChain } from '../parity/chain/parityChain.ts'
import type { RunningIndexer } from '../startIndexer.ts'
import { openDatabase } from '../store/openDatabase.ts'
import { KillableHost } from '../testing/reorgs/killableHost.ts'
import { query, until } from '../testing/runLedger.ts'
import { startPostgres, type TestPostgres } from '../testing/startPostgres.ts'
import { startTestIndexer } from '../testing/startTestIndexer.ts'

const PARITY = join(import.meta.dirname, '..', 'testdata', 'parity')
const EMITTER = '0x5fbdb2315678afecb367f032d93f642f64180aa3'
const BUILD = join(PARITY, 'files', 'build')

let postgres: TestPostgres
let chain: ParityChain
let emitter: Interface

before(async () => {
  const contracts = async (file: string) =>
    JSON.parse(await readFile(join(PARITY, 'contracts', file), 'utf8'))
  emitter = new Interface(await contracts('abis/Emitter.json'))
  ;[postgres, chain] = await Promise.all([startPostgres(), ParityChain.start()])
  const { Emitter: data } = await contracts('bytecode.json')
  await chain.mine([{ from: chain.accounts[0], to: null, data }])
})

after(async () => {
  await Promise.all([postgres?.stop(), chain?.stop()])
})

/** Mines a block in which files are named, each with a number. */
async function publish(names: readonly string[], late = 0): Promise<void> {
  const [from] = chain.accounts
  await chain.mine(
    names.map((name) => ({
      from,
      to: EMITTER,
      data: emitter.encodeFunctionData('publish', [name, 1]),
    })),
    late,
  )
}

async function start(database: string): Promise<RunningIndexer> {
  return startTestIndexer({
    build: await readBuild(BUILD),
    name: 'files',
    rpcUrl: chain.url,
    databaseUrl: postgres.url,
    database,
    runner: { pollMs: 20, shorterChainMs: 300, maxRetryMs: 50 },
  })
}

async function untilIndexed({ runner }: RunningIndexer): Promise<void> {
  const { hash } = await chain.head()
  await until(() => runner.head?.hash === hash, `block ${hash} is indexed`)
}

/** Mines empty blocks until something holds: a file's handler runs in the block after it came. */
async function mineUntil(indexer: RunningIndexer, holds: () => Promise<boolean>): Promise<void> {
  await until(async () => {
    await chain.mine([])
    await untilIndexed(indexer)
    return holds()
  }, 'something holds')
}

async function inDatabase<Row>(database: string, sql: string): Promise<Row[]> {
  const url = new URL(postgres.url)
  url.pathname = `/${database}`
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

interface SourceRow {
  readonly region: number
  readonly file: string
  readonly block: number
  readonly done: number | null
}

function sourceRows(database: string): Promise<SourceRow[]> {
  return inDatabase(
    database,
    `select causality_region as region, convert_from(param, 'utf8') as file, done_at as done,
            lower(block_range) as block from sgd1."data_sources$" order by vid`,
  )
}

function contents(indexer: RunningIndexer) {
  return query<{ contents: { id: string; title: string; length: number }[] }>(
    indexer.server.url,
    'files',
    '{ contents { id title length } }',
  )
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8')
}

test('a file is handled in the block after it came, in a region of its own', async () => {
  const file = bytes('{"title":"one two"}')
  const id = contentId(file)
  const { number: first } = await chain.head()
  await publish([id, 'no content id', `/ipfs/${id}`])
  const indexer = await start('handled')
  try {
    await untilIndexed(indexer)
    await chain.mine([])
    await untilIndexed(indexer)
    assert.deepEqual((await contents(indexer)).contents, [], 'the chain goes on without the file')
    const waiting = { region: 1, file: id, block: first + 1 }
    assert.deepEqual(await sourceRows('handled'), [{ ...waiting, done: null }], 'made once')

    await indexer.host.content.add(file)
    await mineUntil(indexer, async () => (await contents(indexer)).contents.length > 0)
    const [{ done }] = await sourceRows('handled')
    assert.deepEqual(await sourceRows('handled'), [{ ...waiting, done }])
    assert.ok(done !== null && done > first + 2)
    assert.deepEqual(
      await inDatabase(
        'handled',
        'select id, title, words, yaml, found, block$, causality_region from sgd1.content',
      ),
      [
        {
          id: `${id}-0x0102`,
          title: 'one two',
          words: ['one', 'two'],
          yaml: '{"title": "one two"}',
          found: [false, true, true],
          block$: done,
          causality_region: 1,
        },
      ],
    )
    const { documents } = await query<{ documents: unknown[] }>(
      indexer.server.url,
      'files',
      `{ documents(where: { content: "${id}-0x0102" }) { content { title from } } }`,
    )
    assert.deepEqual(documents, [{ content: { title: 'one two', from: '0x0102' } }])
    assert.deepEqual(
      await inDatabase(
        'handled',
        'select entities_with_causality_region as types from subgraphs.subgraph_manifest',
      ),
      [{ types: ['Content'] }],
    )
  } finally {
    await indexer.stop()
  }
})

test('files of the chain that lasts are handled, and those of a lost branch are gone', async () => {
  const [early, lost, late] = ['early', 'lost', 'late'].map((title) =>
    bytes(JSON.stringify({ title })),
  )
  await publish([contentId(early)])
  const indexer = await start('reorged')
  const titles = async () => (await contents(indexer)).contents.map(({ title }) => title).sort()
  const rows = () =>
    inDatabase<{ block: number }>('reorged', 'select block$ as block from sgd1.content order by 1')
  try {
    await untilIndexed(indexer)
    const before = await sourceRows('reorged')
    const { number: common } = await chain.head()
    const takeBack = await chain.branch()
    await publish([contentId(lost)], 1)
    for (const file of [early, lost]) await indexer.host.content.add(file)
    await mineUntil(indexer, async () => (await titles()).length === 2)
    assert.deepEqual(await titles(), ['early', 'lost'])
    const { number: longest } = await chain.head()
    await takeBack()

    await publish([contentId(late)], 2)
    await indexer.host.content.add(late)
    while ((await chain.head()).number <= longest) await chain.mine([], 2)
    await untilIndexed(indexer)
    await mineUntil(indexer, async () => (await titles()).length === 2)
    assert.deepEqual(await titles(), ['early', 'late'])
    const sources = await sourceRows('reorged')
    assert.deepEqual(
      sources.map(({ file, block }) => ({ file, block })),
      [
        ...before.map(({ file, block }) => ({ file, block })),
        { file: contentId(late), block: common + 1 },
      ],
    )
    const done = sources.flatMap((source) => source.done ?? []).sort((one, other) => one - other)
    assert.deepEqual(
      await rows(),
      done.map((block) => ({ block })),
    )
    assert.ok(
      done.every((block) => block > common),
      'the early file is handled once more',
    )
  } finally {
    await indexer.stop()
  }
})

test('a file may name another, which is a source of its own with the block of the first', async () => {
  const second = bytes('{"title":"second"}')
  const first = bytes(JSON.stringify({ title: 'first', next: contentId(second) }))
  await publish([contentId(first), contentId(second)])
  const { number } = await chain.head()
  const indexer = await start('chained')
  try {
    for (const file of [first, second]) await indexer.host.content.add(file)
    const chained = async () => {
      const data = await query<{ contents: unknown[] }>(
        indexer.server.url,
        'files',
        `{ contents(where: { title_in: ["first", "second"] }, orderBy: title) {
             title from next { title from } } }`,
      )
      return data.contents
    }
    await mineUntil(indexer, async () => (await chained()).length === 3)
    assert.deepEqual(
      (await chained()).map((content) => JSON.stringify(content)).sort(),
      [
        { title: 'first', from: '0x0102', next: { title: 'second', from: '0x03' } },
        { title: 'second', from: '0x0102', next: null },
        { title: 'second', from: '0x03', next: null },
      ].map((content) => JSON.stringify(content)),
    )
    const own = (await sourceRows('chained')).slice(-3)
    assert.deepEqual(
      own.map(({ file, block }) => ({ file, block })),
      [first, second, second].map((file) => ({ file: contentId(file), block: number })),
    )
    assert.equal(new Set(own.map(({ region }) => region)).size, 3)
  } finally {
    await indexer.stop()
  }
})

test('two regions may not write one entity: that is a failure, which passes with its reason', async () => {
  const file = bytes('{"title":"disputed"}')
  const id = `${contentId(file)}-0x0102`
  await publish([contentId(file)])
  const indexer = await start('disputed')
  const failure = async () => {
    const response = await fetch(`${indexer.server.url}/graphql`, {
      method: 'POST',
      body: JSON.stringify({
        query: '{ indexingStatuses { health fatalError { message deterministic } } }',
      }),
      headers: { 'content-type': 'application/json' },
    })
    const { data } = (await response.json()) as {
      data: { indexingStatuses: { health: string; fatalError: unknown }[] }
    }
    return data.indexingStatuses[0]
  }
  try {
    await untilIndexed(indexer)
    await inDatabase(
      'disputed',
      `insert into sgd1.content (vid, block$, causality_region, id, title, length, words, "from", yaml, found)
       values (1, 1, 0, '${id}', 'of another', 0, '{}', '', '', '{}')`,
    )
    await indexer.host.content.add(file)
    await until(async () => {
      await chain.mine([])
      return (await failure()).health === 'failed'
    }, 'the deployment fails')
    assert.deepEqual((await failure()).fatalError, {
      message:
        'Failed to transact block operations: store error: duplicate key value violates unique constraint "content_id_key"',
      deterministic: false,
    })
    await inDatabase('disputed', 'delete from sgd1.content where vid = 1')
    await until(async () => (await failure()).health === 'healthy', 'it goes on')
    const { contents: found } = await contents(indexer)
    assert.ok(found.some((content) => content.id === id && content.title === 'disputed'))
  } finally {
    await indexer.stop()
  }
})

test('a host that is killed at any moment handles each file once', async () => {
  const files = Array.from({ length: 12 }, (_, index) => bytes(`{"title":"file ${index}"}`))
  const names = files.map(contentId)
  const host = new KillableHost({
    folder: BUILD,
    networks: {},
    name: 'files',
    rpcUrl: chain.url,
    databaseUrl: postgres.url,
    database: 'killed',
  })
  /** Waits as long as the host runs: a process takes its time to start on a busy machine. */
  const hosted = async (condition: () => Promise<boolean>) => {
    while (!(await condition())) {
      assert.ok(!host.hasEnded, host.output)
      await sleep(20)
    }
  }
  await publish(names.slice(0, 6))
  host.start()
  try {
    const standsAtHead = async () => (await host.headHash()) === (await chain.head()).hash
    const upload = async (given: readonly Uint8Array[]) => {
      const pool = new pg.Pool({ connectionString: postgres.url.replace(/postgres$/, 'killed') })
      try {
        const content = new DatabaseContent(pool)
        for (const file of given) await content.add(file)
      } finally {
        await pool.end()
      }
    }
    await hosted(standsAtHead)
    await upload(files.slice(0, 3))
    await chain.mine([])
    await host.kill()
    await publish(names.slice(6))
    host.start()
    await upload(files.slice(3))
    await hosted(async () => {
      await chain.mine([])
      await hosted(standsAtHead)
      const rows = await sourceRows('killed')
      const own = rows.filter(({ file }) => names.includes(file))
      return own.length === names.length && own.every(({ done }) => done !== null)
    })
  } finally {
    await host.kill()
  }
  const sources = await sourceRows('killed')
  const regions = sources.map(({ region }) => region)
  assert.equal(new Set(regions).size, regions.length, 'each has a region of its own')
  const stored = await inDatabase<{ id: string; block: number; region: number }>(
    'killed',
    `select replace(id, '-0x0102', '') as id, block$ as block, causality_region as region
       from sgd1.content`,
  )
  assert.deepEqual(
    stored.sort((one, other) => one.region - other.region),
    sources
      .filter(({ done }) => done !== null)
      .map(({ file, done, region }) => ({ id: file, block: done, region }))
      .sort((one, other) => one.region - other.region),
  )
})

test('files are no part of the proof of indexing', async () => {
  const proofs: string[] = []
  for (const database of ['handled', 'without']) {
    const indexer = await start(database)
    try {
      await untilIndexed(indexer)
      const rows = await inDatabase<{ digest: Buffer }>(
        database,
        `select digest from sgd1."poi2$" where upper(block_range) is null`,
      )
      proofs.push(rows.map(({ digest }) => digest.toString('hex')).join())
    } finally {
      await indexer.stop()
    }
  }
  assert.equal(proofs[0], proofs[1])
  assert.notEqual(proofs[0], '')
  const counts = await inDatabase<{ n: number }>(
    'without',
    'select count(*)::int as n from sgd1.content',
  )
  assert.deepEqual(counts, [{ n: 0 }])
})

test('an uploaded file is found by each content id that it has', async () => {
  const pool = await openDatabase(postgres.url, 'content')
  const content = new DatabaseContent(pool)
  const heard: string[] = []
  const end = content.onAdded((names) => heard.push(...names))
  const file = new Uint8Array(Buffer.from('any file', 'utf8'))
  const digest = new Uint8Array(createHash('sha256').update(file).digest())
  const v0 = contentId(file)
  const names = [
    v0,
    cidText({ ...(parseCid(v0) as Cid), version: 1 }),
    cidText({ version: 1, codec: RAW, hash: SHA2_256, digest }),
  ]
  for (const name of names) assert.equal(await content.get(name), null)
  assert.equal(await content.add(file), v0)
  for (const name of [...names, `/ipfs/${v0}`]) {
    assert.deepEqual(new Uint8Array((await content.get(name)) ?? []), file, name)
  }
  assert.deepEqual(heard, names)
  end()
  await content.add(digest)
  assert.equal(heard.length, 3)
  for (const name of ['nothing', `${v0}/below`, contentId(digest.slice(1))]) {
    assert.equal(await content.get(name), null, name)
  }
  await pool.end()
})
