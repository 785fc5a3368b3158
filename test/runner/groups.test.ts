import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { GROUPS } from './groups.ts'

test('every script that runs one group of tests names a group that there is', async () => {
  const file = join(import.meta.dirname, '..', '..', 'package.json')
  const { scripts } = JSON.parse(await readFile(file, 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>
  }
  const named = Object.values(scripts).flatMap((command) => {
    return command.match(/^node bin\/test\.js (\S+)$/)?.[1] ?? []
  })
  const known = GROUPS.map(({ name }) => name)
  assert.ok(named.length > 0)
  for (const name of named) assert.ok(known.includes(name), `there is no group \`${name}\``)
})
