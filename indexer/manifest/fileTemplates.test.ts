import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createTables } from '../layout/ddl.ts'
import { readBuild } from './readBuild.ts'

const BUILD = join(import.meta.dirname, '..', 'testdata', 'parity', 'files', 'build')

let folder: string
let manifest: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-templates-'))
  await cp(BUILD, folder, { recursive: true })
  manifest = await readFile(join(folder, 'subgraph.yaml'), 'utf8')
})

after(() => rm(folder, { recursive: true, force: true }))

async function readChanged(change: (text: string) => string) {
  const changed = change(manifest)
  assert.notEqual(changed, manifest)
  await writeFile(join(folder, 'subgraph.yaml'), changed)
  return readBuild(folder)
}

test('a template of files has one handler, and types whose tables tell regions apart', async () => {
  const { templates, fileTypes, model, manifest: read } = await readBuild(BUILD)
  assert.deepEqual(
    templates.map(({ name, network, fileHandler }) => ({ name, network, fileHandler })),
    [
      {
        name: 'Content',
        network: 'mainnet',
        fileHandler: { handler: 'handleContent', entities: ['Content'] },
      },
    ],
  )
  assert.deepEqual([...fileTypes], ['Content'])
  assert.equal(read.network, 'mainnet')
  const statements = createTables(model, 'sgd1', { withCausalityRegion: fileTypes }).join('\n')
  assert.match(statements, /create table "?sgd1"?\."content" \([^)]*causality_region int not null/)
  assert.doesNotMatch(statements.split('"content"')[0], /causality_region/)
})

test('neither the network of a template nor unknown entities matter', async () => {
  const { fileTypes, templates } = await readChanged((text) =>
    text
      .replace(/(kind: file\/ipfs[\s\S]*?network: )mainnet/, '$1elsewhere')
      .replace('        - Content\n', '        - Content\n        - Nothing\n'),
  )
  assert.deepEqual([...fileTypes], ['Content'])
  assert.equal(templates[0].network, 'mainnet')
})

test('what graph-node refuses of file data sources is refused', async () => {
  const refused = (change: (text: string) => string, reason: RegExp) =>
    assert.rejects(readChanged(change), reason)
  const declared = `  - kind: file/ipfs
    name: Declared
    source: { file: ./schema.graphql }
    mapping:
      apiVersion: 0.0.9
      language: wasm/assemblyscript
      entities: [Content]
      handler: handleContent
      file: templates/Content/Content.wasm
templates:`
  await refused(
    (text) => text.replace('templates:', declared),
    /static file data sources are not yet supported/,
  )
  await refused(
    (text) => text.replace('file/ipfs', 'file/arweave'),
    /the kind `file\/arweave` is not supported, as this host does not reach Arweave/,
  )
  await refused(
    (text) => text.replace('file/ipfs', 'subgraph'),
    /the kind `subgraph` is not supported/,
  )
  await refused(
    (text) => text.replace('file/ipfs', 'file/other'),
    /templates\[0\]: data source has invalid `kind`; expected ethereum, file\/ipfs/,
  )
  await refused(
    (text) => text.replace('handler: handleContent', 'handlers: none'),
    /templates\[0\]\.mapping: missing field `handler`/,
  )
})
