import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ALLOWED } from './allowed.ts'
import { wrongImports } from './wrongImports.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

test('no import of this repository crosses a wall', () => {
  assert.deepEqual(wrongImports(root), [])
})

test('a wrong import of every form is found', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-arrows-'))
  try {
    for (const room of Object.keys(ALLOWED)) mkdirSync(join(folder, room))
    // Put together here, so that this file's own text holds no such import.
    const at = '@tributary'
    const bad = [
      `import { a } from '${at}/workers/a'`,
      `import type { B } from '${at}/api/b'`,
      `export { c } from '${'..'}/protocol/c.ts'`,
      `const d = await import('${at}/stack/d')`,
      `import '${at}/elsewhere/e'`,
    ]
    writeFileSync(join(folder, 'indexer', 'bad.ts'), bad.join('\n'))
    writeFileSync(join(folder, 'api', 'good.ts'), `import { f } from '${at}/protocol/f'`)
    const found = wrongImports(folder)
    assert.equal(found.length, bad.length)
    assert.ok(found.every(({ file }) => file === join('indexer', 'bad.ts')))
  } finally {
    rmSync(folder, { recursive: true })
  }
})
