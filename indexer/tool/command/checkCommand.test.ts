import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Interface } from 'ethers'
import { contentId } from '../../manifest/contentId.ts'
import { ParityChain } from '../../parity/chain/parityChain.ts'
import type { RunningIndexer } from '../../startIndexer.ts'
import { until } from '../../testing/runLedger.ts'
import { startPostgres, type TestPostgres } from '../../testing/startPostgres.ts'
import { startTestIndexer } from '../../testing/startTestIndexer.ts'
import type { Explanation } from '../explain/explainFailure.ts'
import { DATABASE } from '../host/openToolDatabase.ts'
import { buildProject, readProject } from '../project/buildProject.ts'
import { openProject } from '../project/project.ts'
import { packagesFolder } from '../testing/packagesFolder.ts'
import { checkCommand } from './checkCommand.ts'
import { Output } from './output.ts'

const PARITY = join(import.meta.dirname, '..', '..', 'testdata', 'parity')
const EMITTER = '0x5fbdb2315678afecb367f032d93f642f64180aa3'

let folder: string
let postgres: TestPostgres
let chain: ParityChain
let emitter: Interface

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-check-'))
  await cp(join(PARITY, 'contracts', 'abis'), join(folder, 'contracts', 'abis'), {
    recursive: true,
  })
  await cp(join(PARITY, 'files'), join(folder, 'files'), {
    recursive: true,
    filter: (path) => !/\/(build|generated)$/.test(path),
  })
  await symlink(join(packagesFolder(), 'node_modules'), join(folder, 'node_modules'))
  const contracts = async (file: string) =>
    JSON.parse(await readFile(join(PARITY, 'contracts', file), 'utf8'))
  emitter = new Interface(await contracts('abis/Emitter.json'))
  ;[postgres, chain] = await Promise.all([startPostgres(), ParityChain.start()])
  const { Emitter: data } = await contracts('bytecode.json')
  await chain.mine([{ from: chain.accounts[0], to: null, data }])
})

after(async () => {
  await Promise.all([postgres?.stop(), chain?.stop()])
  await rm(folder, { recursive: true, force: true })
})

async function check(options: Record<string, string> = {}) {
  const told: string[] = []
  const said: string[] = []
  const output = new Output(
    true,
    (line) => told.push(line),
    (line) => said.push(line),
  )
  const code = await checkCommand.run(
    {
      words: [join(folder, 'files')],
      options: { rpc: chain.url, ...options },
      env: { DATABASE_URL: postgres.url },
    },
    output,
  )
  const result = JSON.parse(told.at(-1) as string) as {
    failure: Explanation | null
    missingFiles?: string[]
  }
  return { code, said: said.join('\n'), ...result }
}

async function publish(name: string): Promise<void> {
  const [from] = chain.accounts
  const data = emitter.encodeFunctionData('publish', [name, 1])
  await chain.mine([{ from, to: EMITTER, data }])
}

async function untilIndexed({ runner }: RunningIndexer): Promise<void> {
  const { hash } = await chain.head()
  await until(() => runner.head?.hash === hash, `block ${hash} is indexed`)
}

test("a file's handler that fails is explained with its file, line and call stack", async () => {
  const mapping = join(folder, 'files', 'src', 'content.ts')
  const source = await readFile(mapping, 'utf8')
  const refusing = source.replace('  content.save()', '  refuse(content.title)\n$&')
  assert.notEqual(refusing, source)
  const refuse = `
function refuse(title: string): void {
  assert(title != 'cursed', 'no such title')
}
`
  await writeFile(mapping, refusing + refuse)
  const project = await openProject(join(folder, 'files'))
  await buildProject(project, () => {})
  const good = Buffer.from('{"title":"blessed"}')
  const bad = Buffer.from('{"title":"cursed"}')
  await publish(contentId(good))
  await publish(contentId(bad))
  const indexer = await startTestIndexer({
    build: await readProject(project, undefined),
    name: 'files',
    rpcUrl: chain.url,
    databaseUrl: postgres.url,
    database: DATABASE,
    runner: { pollMs: 20, maxRetryMs: 50 },
  })
  let handledAt: number | null = null
  try {
    await untilIndexed(indexer)
    const waiting = await check()
    assert.equal(waiting.code, 0, waiting.said)
    assert.deepEqual(waiting.missingFiles, [contentId(good), contentId(bad)])

    await indexer.host.content.add(good)
    const { store } = indexer
    await until(async () => {
      await chain.mine([])
      await untilIndexed(indexer)
      handledAt = (await store.sources.files())[0].doneAt
      return handledAt !== null
    }, 'the good file is handled')
    await indexer.host.content.add(bad)
    await until(async () => {
      await chain.mine([])
      return (await store.errors.all()).length > 0
    }, 'the bad one fails')
  } finally {
    await indexer.stop()
  }

  const { code, failure, said } = await check()
  assert.equal(code, 1, said)
  assert.equal(failure?.file, contentId(bad))
  assert.deepEqual(
    [failure.dataSource, failure.handler, failure.event],
    ['Content', 'handleContent', null],
  )
  assert.equal(failure.deterministic, false)
  assert.match(failure.message, /^Mapping aborted at src\/content\.ts, .* no such title$/)
  const line = (text: string) => {
    return (refusing + refuse).split('\n').findIndex((each) => each.includes(text)) + 1
  }
  assert.deepEqual(
    [failure.source?.file, failure.source?.line],
    ['src/content.ts', line("assert(title != 'cursed'")],
  )
  assert.deepEqual(
    failure.frames.map((frame) => [frame.function, frame.line]),
    [
      ['src/content/refuse', line("assert(title != 'cursed'")],
      ['src/content/handleContent', line('  refuse(content.title)')],
    ],
  )
  assert.match(said, new RegExp(`\\n  file ${contentId(bad)}\\n`))

  const again = await check({ block: String(handledAt) })
  assert.equal(again.code, 0, again.said)
  assert.match(
    again.said,
    /info: blessed of mainnet\nno handler fails in block \d+; 1 entities change/,
  )
})
