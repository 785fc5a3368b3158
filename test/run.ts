/**
 * `npm test`: every check of the repository, quick ones first, and the sum of what passed and failed
 * as its last line. `npm test -- <name>…` runs the groups of these names, or whose names contain them.
 */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GROUPS } from './runner/groups.ts'
import { runGroup } from './runner/runGroup.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const words = process.argv.slice(2)
const isName = (word: string) => GROUPS.some(({ name }) => name === word)
const groups = GROUPS.filter(
  ({ name, onlyOnRequest }) =>
    (words.length === 0 && !onlyOnRequest) ||
    words.some((word) => (isName(word) ? name === word : name.includes(word))),
)
if (groups.length === 0) {
  console.error(`no group matches; there are: ${GROUPS.map(({ name }) => name).join(', ')}`)
  process.exit(1)
}

let passed = 0
let failed = 0
const lines: string[] = []
for (const group of groups) {
  console.log(`\n== ${group.name}`)
  const started = Date.now()
  const result = await runGroup(root, group)
  passed += result.passed
  failed += result.failed
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  lines.push(
    `${group.name.padEnd(24)} ${result.passed} passed, ${result.failed} failed  ${seconds} s`,
  )
  console.log(lines.at(-1))
}
console.log(`\n${lines.join('\n')}\n`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
