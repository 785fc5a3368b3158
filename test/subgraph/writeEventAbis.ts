/** Writes `subgraph/abis` from the contracts' ABIs: run it after the contracts' events change. */
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventAbis } from './eventAbis.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
for (const [name, json] of await eventAbis(root)) {
  writeFileSync(join(root, 'subgraph', 'abis', `${name}.json`), json)
}
