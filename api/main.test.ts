import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { eventually } from './testing/eventually.ts'
import { freePort } from './testing/freePort.ts'

function start(context: TestContext, env: Record<string, string>) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: { ...env, TRIBUTARY_DATA: '/nonexistent' },
  })
  context.after(() => child.kill('SIGKILL'))
  const said = { errors: '' }
  child.stderr.on('data', (text) => {
    said.errors += text
  })
  return { child, said }
}

test('a taken port and a wrong configuration are one clear line each', async (context) => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  context.after(() => taken.close())
  const { port } = taken.address() as { port: number }
  const cases: [Record<string, string>, string][] = [
    [
      { API_URL: `http://127.0.0.1:${port}` },
      `api: the API cannot listen at http://127.0.0.1:${port}. If the port is taken, give API_URL or TRIBUTARY_PORT another one.\n`,
    ],
    [
      { RPC_URL: 'nonsense' },
      'api: RPC_URL is not a URL that starts with http: or https: or ws: or wss:. Correct RPC_URL, or leave it out to use the embedded part.\n',
    ],
  ]
  for (const [env, line] of cases) {
    const { child, said } = start(context, env)
    const [code] = await once(child, 'close')
    assert.deepEqual([code, said.errors], [1, line])
  }
})

test('it ends with 0 on SIGTERM, ready or not', async (context) => {
  const url = `http://127.0.0.1:${await freePort()}`
  // Nothing it needs is there.
  const { child } = start(context, { API_URL: url, TRIBUTARY_PORT: `${await freePort()}` })
  await eventually(
    async () => (await fetch(`${url}/health`).catch(() => null)) ?? undefined,
    'health',
  )
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'close'), [0, null])
})
