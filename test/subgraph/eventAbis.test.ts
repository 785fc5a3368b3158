import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { eventAbis } from './eventAbis.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

test('the subgraph reads the events that the contracts emit', async () => {
  const manifest = readFileSync(join(root, 'subgraph', 'subgraph.yaml'), 'utf8')
  for (const [name, json] of await eventAbis(root)) {
    assert.equal(
      readFileSync(join(root, 'subgraph', 'abis', `${name}.json`), 'utf8'),
      json,
      `subgraph/abis/${name}.json is stale; run node test/subgraph/writeEventAbis.ts`,
    )
    for (const event of JSON.parse(json) as { name: string; inputs: Input[] }[]) {
      const signature = `${event.name}(${event.inputs.map(eventInput).join(',')})`
      const handled = manifest.includes(`event: ${event.name}(`)
      if (handled) assert.ok(manifest.includes(`event: ${signature}\n`), `${name}: ${signature}`)
    }
  }
})

interface Input {
  type: string
  indexed: boolean
}

const eventInput = ({ type, indexed }: Input) => (indexed ? `indexed ${type}` : type)
