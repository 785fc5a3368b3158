import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from './isAlive.ts'
import type { Part } from './Part.ts'
import { PidFile } from './PidFile.ts'
import { PartError, Supervisor } from './Supervisor.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-supervisor-'))
})
after(() => rm(folder, { recursive: true }))

const part = (name: string, script: string, extra: Partial<Part> = {}): Part => ({
  name,
  command: process.execPath,
  args: ['-e', script],
  env: {},
  ...extra,
})
const FOREVER = 'setInterval(() => {}, 1000)'

function supervisor(file: string) {
  const said: string[] = []
  const pids = new PidFile(join(folder, file))
  return {
    said,
    pids,
    supervisor: new Supervisor({
      root: folder,
      logFolder: join(folder, 'logs'),
      pids,
      say: (line) => said.push(line),
    }),
  }
}

async function until(what: () => boolean): Promise<void> {
  for (let waited = 0; !what(); waited += 20) {
    assert.ok(waited < 20_000, 'it did not happen')
    await sleep(20)
  }
}

test('a part that is killed is named and runs again', async () => {
  const { supervisor: watched, said } = supervisor('killed.json')
  await watched.start(part('victim', FOREVER))
  const { victim } = watched.pids()
  process.kill(victim as number, 'SIGKILL')
  await until(() => watched.pids().victim !== victim && isAlive(watched.pids().victim as number))
  assert.match(said.join('\n'), /victim ended \(signal SIGKILL\); starting it again/)
  const again = watched.pids().victim as number
  await watched.stopAll()
  assert.equal(isAlive(again), false)
})

test('a part that does not end when asked is killed, and none is started after that', async () => {
  const { supervisor: watched } = supervisor('deaf.json')
  const deaf = `process.on('SIGTERM', () => {}); console.log('deaf'); ${FOREVER}`
  await watched.start(part('deaf', deaf, { stopTimeoutMs: 300 }))
  await until(() => watched.tail('deaf').includes('deaf'))
  const pid = watched.pids().deaf as number
  await watched.stopAll()
  assert.equal(isAlive(pid), false)
})

test('a part that never becomes ready is told with the end of its log', async () => {
  const { supervisor: watched } = supervisor('never.json')
  await watched.start(
    part('never', `console.log('the reason'); ${FOREVER}`, { isReady: async () => false }),
  )
  await until(() => watched.tail('never').includes('the reason'))
  await assert.rejects(
    watched.ready('never', 300),
    (error) => error instanceof PartError && /the reason/.test(error.message),
  )
  await watched.stopAll()
})

test('what a killed run leaves behind is stopped by the next one', async () => {
  const { supervisor: watched } = supervisor('left.json')
  await watched.start(part('orphan', FOREVER))
  const pid = watched.pids().orphan as number
  // Another run reads the same file, as after a kill -9 of the first.
  const next = new PidFile(join(folder, 'left.json'))
  assert.equal(next.living('orphan'), pid)
  const leftovers = next.stopLeftovers('stack')
  // Only after the file has been read: a part that is ending may be gone before.
  const stopping = watched.stopAll()
  assert.deepEqual(await leftovers, ['orphan'])
  assert.equal(isAlive(pid), false)
  await stopping
})
