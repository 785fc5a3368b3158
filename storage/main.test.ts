import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createContentStore } from './client/contentStore.ts'
import { createDataAvailability } from './client/dataAvailability.ts'
import { filesBelow, temporaryFolder } from './testing/temporaryFolder.ts'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

function spawnStore(
  context: TestContext,
  env: Record<string, string>,
  stores: string[] = [],
): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...stores], { env })
  context.after(() => child.kill('SIGKILL'))
  return child
}

async function startStore(
  context: TestContext,
  env: Record<string, string>,
): Promise<ChildProcess> {
  const child = spawnStore(context, env)
  const [line] = (await once(child.stdout!, 'data')) as [Buffer]
  assert.match(line.toString(), /^content store at http/)
  return child
}

async function newEnvironment(context: TestContext) {
  return {
    TRIBUTARY_DATA: await temporaryFolder(context),
    CAS_URL: `http://127.0.0.1:${await freePort()}`,
    DA_URL: `http://127.0.0.1:${await freePort()}`,
  }
}

test('kill -9 in the middle of a write: nothing partial is visible, and it can be sent again', async (context) => {
  const env = await newEnvironment(context)
  const blob = Buffer.alloc(2_000_000, 3)
  const hash = createHash('sha256').update(blob).digest('hex')
  const first = await startStore(context, env)
  const upload = request(`${env.CAS_URL}/cas/${hash}`, {
    method: 'PUT',
    headers: { 'content-length': blob.length },
  })
  upload.on('error', () => {})
  upload.write(blob.subarray(0, 1_500_000))
  const deadline = Date.now() + 10_000
  let partial = 0
  while (partial === 0 && Date.now() < deadline) {
    await sleep(10)
    const files = await filesBelow(env.TRIBUTARY_DATA)
    partial = files.reduce((sum, { size }) => sum + size, 0)
  }
  assert.ok(partial > 0 && partial < blob.length, 'the store is in the middle of the write')
  const content = createContentStore(env.CAS_URL)
  assert.equal(await content.has(hash), false)
  first.kill('SIGKILL')
  await once(first, 'exit')

  const second = await startStore(context, env)
  assert.equal(await content.find(hash), null)
  assert.deepEqual(await filesBelow(env.TRIBUTARY_DATA), [])
  await content.put(blob)
  const availability = createDataAvailability(env.DA_URL)
  const commitment = await availability.put(Buffer.from('batch'))
  second.kill('SIGTERM')
  assert.deepEqual(await once(second, 'exit'), [0, null])

  const third = await startStore(context, env)
  assert.equal((await content.get(hash)).length, blob.length)
  assert.equal(Buffer.from(await availability.get(commitment)).toString(), 'batch')
  third.kill('SIGTERM')
  await once(third, 'exit')
})

test('a taken port is named in one line', async (context) => {
  const env = await newEnvironment(context)
  const port = Number(new URL(env.DA_URL).port)
  const taken = createServer().listen(port, '127.0.0.1')
  await once(taken, 'listening')
  context.after(() => taken.close())
  const child = spawnStore(context, env)
  const said: Buffer[] = []
  child.stderr!.on('data', (chunk: Buffer) => said.push(chunk))
  const [code] = await once(child, 'close')
  assert.equal(code, 1)
  assert.equal(
    Buffer.concat(said).toString(),
    `port ${port} of 127.0.0.1 is taken: give DA_URL or TRIBUTARY_PORT another one\n`,
  )
})

test('a store that lies elsewhere is left alone', async (context) => {
  // Nothing here could listen at the other store's address.
  const env = { ...(await newEnvironment(context)), DA_URL: 'http://192.0.2.1:3100' }
  const child = spawnStore(context, env, ['cas'])
  const [line] = (await once(child.stdout!, 'data')) as [Buffer]
  assert.equal(line.toString(), `content store at ${env.CAS_URL}, data in ${env.TRIBUTARY_DATA}\n`)
  assert.equal((await fetch(`${env.CAS_URL}/health`)).status, 200)
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'exit'), [0, null])
})

test('a store that does not exist is named', async (context) => {
  const child = spawnStore(context, await newEnvironment(context), ['cas', 's3'])
  const said: Buffer[] = []
  child.stderr!.on('data', (chunk: Buffer) => said.push(chunk))
  const [code] = await once(child, 'close')
  assert.equal(code, 1)
  assert.match(Buffer.concat(said).toString(), /there is no store "s3"/)
})
