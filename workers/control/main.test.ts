import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createJobsClient } from '../jobs/jobsClient.ts'
import { sleep } from '../process/sleep.ts'
import { freePort, startPostgres } from '../testing/startPostgres.ts'

let postgres: Awaited<ReturnType<typeof startPostgres>>
let url: string
let child: ChildProcess

async function start(): Promise<void> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    env: { DATABASE_URL: postgres.url, JOBS_URL: url },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

async function healthy(): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/health`).catch(() => undefined)
    if (response?.ok) return
    await sleep(50)
  }
}

before(async () => {
  postgres = await startPostgres()
  url = `http://127.0.0.1:${await freePort()}`
})
after(async () => {
  child?.kill('SIGKILL')
  await postgres?.stop()
})

test('answers 503 before it is ready, and survives kill -9 at any moment', async () => {
  await start()
  for (;;) {
    const early = await fetch(`${url}/jobs`).catch(() => undefined)
    if (early === undefined) continue
    // Creating the database takes longer than opening the port.
    assert.equal(early.status, 503)
    break
  }
  await healthy()
  const jobs = createJobsClient({ url, worker: 'w', key: `0x${'22'.repeat(32)}` })
  const acknowledged = new Set<string>()
  let enqueuing = true
  const load = (async () => {
    for (let n = 0; enqueuing; n++) {
      const key = `job-${n}`
      for (;;) {
        try {
          acknowledged.add((await jobs.enqueue('attribute', key, { n })).jobId)
          break
        } catch {
          await sleep(20)
        }
      }
    }
  })()
  for (let kill = 0; kill < 3; kill++) {
    await sleep(150 + 70 * kill)
    child.kill('SIGKILL')
    await once(child, 'exit')
    await start()
    await healthy()
  }
  enqueuing = false
  await load

  const done = new Set<string>()
  for (;;) {
    const lease = await jobs.lease(['attribute'], 0)
    if (lease === undefined) break
    await jobs.complete(lease, { n: (lease.spec as { n: number }).n })
    assert.ok(!done.has(lease.jobId), 'a job was done twice')
    done.add(lease.jobId)
  }
  assert.ok(acknowledged.size > 10)
  assert.deepEqual(done, acknowledged)
})

test('ends cleanly on SIGTERM while a worker waits', async () => {
  const waiting = createJobsClient({ url, worker: 'w' }).lease(['train'], 20_000)
  await sleep(200)
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  assert.equal(code, 0)
  assert.equal(await waiting.catch(() => undefined), undefined)
})
