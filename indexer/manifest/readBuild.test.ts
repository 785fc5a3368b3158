import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { readBuild } from './readBuild.ts'

const BUILD = join(import.meta.dirname, '..', 'testdata', 'ledger', 'build')
let folder: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'indexer-build-'))
  await cp(BUILD, folder, { recursive: true })
})

after(() => rm(folder, { recursive: true, force: true }))

async function withManifest(
  change: (text: string) => string,
): Promise<ReturnType<typeof readBuild>> {
  const text = await readFile(join(BUILD, 'subgraph.yaml'), 'utf8')
  const changed = change(text)
  assert.notEqual(changed, text, 'the manifest was changed')
  await writeFile(join(folder, 'subgraph.yaml'), changed)
  return readBuild(folder)
}

test('reads what graph build wrote', async () => {
  const build = await readBuild(BUILD)
  const [ledger] = build.dataSources
  assert.equal(build.manifest.network, 'local')
  assert.deepEqual(
    ledger.eventHandlers.map(({ abi }) => abi.signature),
    [
      'Moved(indexed address,indexed address,uint256)',
      'Noted(indexed address,indexed string,string,bytes,int64,uint8[],(int32,int32,string))',
      'Opened(indexed address,string)',
      'Poisoned(uint256)',
    ],
  )
  assert.deepEqual(
    ledger.blockHandlers.map(({ filter }) => filter),
    [{ kind: 'polling', every: 5 }, { kind: 'once' }],
  )
  assert.equal(build.templates[0].index, 1)
})

test('a networks file names address, start block and network, and changes the id', async () => {
  const address = '0x00000000000000000000000000000000000000AB'
  const plain = await readBuild(BUILD)
  const build = await readBuild(BUILD, { optimism: { Ledger: { address, startBlock: 12 } } })
  assert.equal(build.dataSources[0].address, address.toLowerCase())
  assert.equal(build.dataSources[0].startBlock, 12)
  assert.deepEqual([build.manifest.network, build.templates[0].network], ['optimism', 'optimism'])
  assert.notEqual(build.id, plain.id)
  assert.equal((await readBuild(BUILD)).id, plain.id, 'the same files give the same id')
  const several = { local: { Ledger: { startBlock: 3 } }, other: { Ledger: { startBlock: 4 } } }
  assert.equal((await readBuild(BUILD, several)).dataSources[0].startBlock, 3)
})

test('says every reason why a manifest cannot be run', async () => {
  const old = withManifest((text) =>
    text
      .replace('specVersion: 1.2.0', 'specVersion: 0.0.2')
      .replace('apiVersion: 0.0.9', 'apiVersion: 0.0.4'),
  )
  await assert.rejects(old, (error: Error) => {
    assert.equal(error.name, 'ManifestError')
    assert.match(error.message, /specVersion `0\.0\.2` is not supported/)
    assert.match(error.message, /`Ledger`: apiVersion `0\.0\.4` is not supported/)
    assert.match(
      error.message,
      /Expected a single apiVersion for mappings\. Found: 0\.0\.4, 0\.0\.9\./,
    )
    return true
  })
  const calls = withManifest((text) =>
    text.replace(
      'eventHandlers:',
      'callHandlers:\n        - function: f()\n          handler: h\n      eventHandlers:',
    ),
  )
  await assert.rejects(calls, /call handlers are not supported/)
  const event = withManifest((text) => text.replace('Poisoned(uint256)', 'Poisoned(uint8)'))
  await assert.rejects(event, /the event `Poisoned\(uint8\)` is not in the ABI `Ledger`/)
  const outside = withManifest((text) =>
    text.replace('file: schema.graphql', 'file: ../../etc/hosts'),
  )
  await assert.rejects(outside, /a file outside of its folder/)
  const missing = withManifest((text) =>
    text.replace('file: Ledger/Ledger.wasm', 'file: Ledger/none.wasm'),
  )
  await assert.rejects(missing, /none\.wasm: the file cannot be read \(ENOENT\)/)
})
