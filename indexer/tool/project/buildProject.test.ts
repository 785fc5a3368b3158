import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { packagesFolder } from '../testing/packagesFolder.ts'
import { readmeExample } from '../testing/readmeExample.ts'
import { BuildFailed, buildProject } from './buildProject.ts'
import { openProject } from './project.ts'

let folder: string
let manifest: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-build-'))
  execFileSync('bash', ['-c', await readmeExample('files')], { cwd: folder })
  await symlink(join(packagesFolder(), 'node_modules'), join(folder, 'node_modules'))
  manifest = await readFile(join(folder, 'subgraph.yaml'), 'utf8')
})

after(() => rm(folder, { recursive: true, force: true }))

test('what graph-cli has against a project is told with its reasons, and without its steps', async () => {
  const refused = async (change: (text: string) => string, message: string) => {
    await writeFile(join(folder, 'subgraph.yaml'), change(manifest))
    const project = await openProject(folder)
    await assert.rejects(
      buildProject(project, () => {}),
      (error) => {
        assert.ok(error instanceof BuildFailed)
        assert.equal(error.message, message)
        return true
      },
    )
  }
  await refused(
    (text) => text.replace('Waves.json', 'Nothing.json'),
    `graph codegen failed:
✖ Failed to load subgraph from subgraph.yaml: Error in subgraph.yaml:
  Path: dataSources > 0 > mapping > abis > 0 > file
  File does not exist: abis/Nothing.json`,
  )
  await refused(
    (text) => text.replace('Waved(indexed address,uint256)', 'Waved(address)'),
    `graph codegen failed:
✖ Failed to load subgraph from subgraph.yaml: Error in subgraph.yaml:
  Path: dataSources > 0 > eventHandlers > 0
  Event with signature 'Waved(address)' not present in ABI 'Waves'.
  Available events:
  - Waved(indexed address,uint256)`,
  )
  await refused(
    (text) => text.replace('handler: handleWaved', 'handler: handleNothing'),
    `graph build failed:
✖ Failed to compile subgraph: Failed to compile data source mapping:${' '}
\tMissing handlers in WASM: handleNothing`,
  )
})
