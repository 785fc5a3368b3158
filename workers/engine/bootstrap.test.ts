import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('bootstrap.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'bootstrap-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the script with a cache folder of its own and only these programs on the path. */
function run(path: string, model: string): { status: number; output: string } {
  const env = { PATH: path, HOME: folder, XDG_CACHE_HOME: folder, TRIBUTARY_MODEL: model }
  try {
    const output = execFileSync(process.execPath, [script], {
      env,
      encoding: 'utf8',
      stdio: 'pipe',
    })
    return { status: 0, output }
  } catch (error) {
    const { status, stderr } = error as { status: number; stderr: string }
    return { status, output: stderr }
  }
}

/** A stand-in for Python: knows its version, and fails at anything else. */
function fakePython(version: string): string {
  const bin = mkdtempSync(join(folder, 'bin-'))
  const body = `#!/bin/sh\n[ "$1" = -c ] && echo ${version} && exit 0\necho "no space left" >&2\nexit 3\n`
  writeFileSync(join(bin, 'python3'), body, { mode: 0o755 })
  return `${bin}:/bin:/usr/bin`
}

test('a machine without a recent Python is told what to install', () => {
  const { status, output } = run(join(folder, 'nothing'), 'smollm2')
  assert.equal(status, 1)
  assert.match(output, /No Python 3\.11 or newer[\s\S]*Install one/)
})

test('a failed build says why and leaves nothing behind', () => {
  const { status, output } = run(fakePython('3.11'), 'smollm2')
  assert.equal(status, 1)
  assert.match(output, /no space left/)
  assert.deepEqual(readdirSync(join(folder, 'tributary')), [])
})

test('an environment and a model that are there are taken as they are', () => {
  const path = fakePython('3.11')
  const missing = run(path, 'smollm2').output
  const name = /tributary\/(python-[0-9a-f]{16})/.exec(missing)?.[1]
  assert.ok(name)
  const python = join(folder, 'tributary', name, 'bin', 'python')
  mkdirSync(join(python, '..'), { recursive: true })
  writeFileSync(python, '')
  const model = join(folder, 'model')
  mkdirSync(model)
  assert.match(run(path, model).output, /has no config\.json/)
  writeFileSync(join(model, 'config.json'), '{}')
  assert.deepEqual(JSON.parse(run(path, model).output), { python, model })
})
