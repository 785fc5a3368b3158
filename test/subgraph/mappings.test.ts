import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { prepareSubgraph } from '@tributary/stack/prepare/prepareSubgraph'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

interface Report {
  tests: { file: string; name: string; problems: string[] }[]
  handlers: { tested: string[]; untested: string[] }
}

before(() => prepareSubgraph(root, (line) => console.log(line)))

test('the mapping tests of the subgraph pass, and leave no handler out', async (t) => {
  const { tests, handlers } = await runTool()
  assert.ok(tests.length > 0)
  for (const { file, name, problems } of tests) {
    await t.test(`${file}: ${name}`, () => assert.deepEqual(problems, []))
  }
  assert.deepEqual(handlers.untested, [])
})

test('no mapping asks a contract: everything is in the events', () => {
  const mappings = globSync('subgraph/build/**/*.wasm', { cwd: root })
  assert.ok(mappings.length >= 8, `${mappings.length} mappings`)
  for (const file of mappings) {
    const module = new WebAssembly.Module(readFileSync(join(root, file)))
    const names = WebAssembly.Module.imports(module).map(({ name }) => name)
    // The compiler leaves out what no handler reaches.
    const asked = names.filter((name) => /ethereum\.(call|getBalance|hasCode)$/.test(name))
    assert.deepEqual(asked, [], file)
  }
})

/** The tool's report; what it fails with when it comes to none. */
function runTool(): Promise<Report> {
  const tool = join(root, 'indexer', 'bin', 'tributary-subgraph.js')
  const args = [tool, 'test', join(root, 'subgraph'), '--no-build', '--json']
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, (error, stdout, stderr) => {
      const last = stdout.trimEnd().split('\n').at(-1)
      if (last) resolve(JSON.parse(last))
      else reject(new Error(stderr, { cause: error }))
    })
  })
}
