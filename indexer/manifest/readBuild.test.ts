import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { load } from 'js-yaml'
import { contentId } from './contentId.ts'
import { dumpManifest } from './dumpManifest.ts'
import { readBuild, readUploadedBuild } from './readBuild.ts'

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

test('reads how much history is to be kept', async () => {
  assert.equal((await readBuild(BUILD)).manifest.historyBlocks, null)
  const pruned = (hint: string) => withManifest((text) => text.replace('never', hint))
  assert.equal((await pruned('auto')).manifest.historyBlocks, 500)
  assert.equal((await pruned('1200')).manifest.historyBlocks, 1200)
  await assert.rejects(pruned('sometimes'), /indexerHints\.prune: invalid value: "sometimes"/)
})

test('reads what a subgraph is grafted onto, which it must declare', async () => {
  assert.equal((await readBuild(BUILD)).manifest.graft, null)
  const base = 'Qm'.padEnd(46, 'x')
  const grafted = (graft: string, features: string) =>
    withManifest((text) => `${text}features: [${features}]\ngraft: ${graft}\n`)
  const { manifest } = await grafted(`{ base: ${base}, block: 7 }`, 'grafting')
  assert.deepEqual(manifest.graft, { base, block: 7 })
  await assert.rejects(grafted(`{ base: ${base}, block: 7 }`, ''), {
    reasons: [
      'The feature `grafting` is used by the subgraph but it is not declared in the manifest.',
    ],
  })
  await assert.rejects(grafted(`{ base: ${base} }`, 'grafting'), /graft: missing field `block`/)
  await assert.rejects(grafted(`{ base: ${base}, block: x }`, 'grafting'), /graft\.block: invalid/)
  await assert.rejects(grafted('{ base: a/b, block: 7 }', 'grafting'), /graft\.base: invalid/)
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
  const since = (version: string) =>
    withManifest((text) => text.replace('specVersion: 1.2.0', `specVersion: ${version}`))
  const versions = /only supports manifest spec versions between 0\.0\.4 and 1\.3\.0, but .* uses `/
  await assert.rejects(since('0.0.2'), versions)
  await assert.rejects(since('1.4.0'), versions)
  const old = withManifest((text) => text.replace('apiVersion: 0.0.9', 'apiVersion: 0.0.4'))
  await assert.rejects(old, (error: Error) => {
    assert.equal(error.name, 'ManifestError')
    assert.match(error.message, /`Ledger`: apiVersion `0\.0\.4` is not supported/)
    assert.match(
      error.message,
      /subgraph must use a single apiVersion across its data sources\. Found: 0\.0\.4, 0\.0\.9/,
    )
    return true
  })
  const incomplete = withManifest((text) =>
    text
      .replaceAll('language: wasm/assemblyscript\n', 'receipt: 1\n')
      .replace('name: Ledger', 'name: 5'),
  )
  await assert.rejects(
    incomplete,
    /dataSources\[0\]\.name: invalid value: 5, expected a string; dataSources\[0\]\.mapping: missing field `language`/,
  )
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

test('refuses what graph-node refuses, in its words', async () => {
  const refused = async (change: (text: string) => string, message: RegExp) => {
    await assert.rejects(withManifest(change), { name: 'ManifestError', message })
  }
  const since = (version: string) => (text: string) =>
    text.replace('specVersion: 1.2.0', `specVersion: ${version}`)
  await refused(
    (text) => since('0.0.7')(text).replace('indexerHints:', 'hints:'),
    /Subgraph `Qm\w{44}` uses spec version 0\.0\.7, but data source `Ledger` requires at least version 0\.0\.8/,
  )
  await refused(
    (text) => since('0.0.8')(text).replace('startBlock: 0', 'startBlock: 0\n      endBlock: 5'),
    /Defining `endBlock` in the manifest is not supported prior to 0\.0\.9/,
  )
  await refused(since('0.0.9'), /`indexerHints` are not supported prior to 1\.0\.0/)
  await refused(
    (text) => text.replaceAll('apiVersion: 0.0.9', 'apiVersion: 0.0.10'),
    /The maximum supported mapping API version of this indexer is 0\.0\.9, but `0\.0\.10` was found/,
  )
  await refused(
    (text) => text.replaceAll('apiVersion: 0.0.9', 'apiVersion: 0.0.6'),
    /data source Ledger is invalid: data source has event handlers that require transaction receipts, but this is only supported for apiVersion >= 0\.0\.7/,
  )
  await refused(
    (text) => text.replace('blockHandlers:', 'blockHandlers:\n        - handler: handleAlso'),
    /data source Ledger is invalid: data source has a combination of filtered and non-filtered block handlers that is not allowed/,
  )
  await refused(
    (text) => text.replace(/address: .*\n/, '\n'),
    /data source Ledger is invalid: subgraph source address is required/,
  )
  const calling = (text: string) =>
    text.replace(
      'handler: handlePoisoned',
      'handler: handlePoisoned\n          calls:\n            one: Ledger[event.address].balances(event.address)',
    )
  await refused(
    (text) => since('1.1.0')(calling(text)),
    /declaring eth calls on handlers is only supported for specVersion >= 1\.2\.0/,
  )
  await refused(
    (text) => calling(text).replace('[event.address].', '[event.block].'),
    /Error in declared call 'one'.*invalid call argument `event\.block`/,
  )
})

test('an uploaded subgraph is the one of the folder', async () => {
  const files = new Map<string, Uint8Array>()
  const upload = (bytes: Uint8Array) => {
    const id = contentId(bytes)
    files.set(id, bytes)
    return id
  }
  const link = async (value: unknown): Promise<unknown> => {
    if (Array.isArray(value)) return Promise.all(value.map(link))
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).map(async ([key, inner]) => {
      if (key !== 'file') return [key, await link(inner)]
      return [key, { '/': `/ipfs/${upload(await readFile(join(BUILD, String(inner))))}` }]
    })
    return Object.fromEntries(await Promise.all(entries))
  }
  const manifest = await link(load(await readFile(join(BUILD, 'subgraph.yaml'), 'utf8')))
  const id = upload(Buffer.from(dumpManifest(manifest)))
  const content = { get: async (name: string) => files.get(name) ?? null }
  const [uploaded, local] = [await readUploadedBuild(id, content), await readBuild(BUILD)]
  assert.equal(uploaded.id, local.id)
  assert.equal(uploaded.sdl, local.sdl)
  assert.deepEqual(
    uploaded.dataSources.map(({ wasmId, eventHandlers }) => [wasmId, eventHandlers.length]),
    local.dataSources.map(({ wasmId, eventHandlers }) => [wasmId, eventHandlers.length]),
  )
  files.delete(uploaded.dataSources[0].wasmId)
  await assert.rejects(readUploadedBuild(id, content), /nobody has uploaded this file/)
  await assert.rejects(readUploadedBuild('QmNothing', content), /QmNothing: nobody has uploaded/)
})
