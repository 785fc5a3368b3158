import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** The embedded ClickHouse as a process of its own, on a free port and a fresh folder. */
export interface TestServer {
  url: string
  dataFolder: string
  process: ChildProcess
  /** Kills the server as a crash would and starts it again on the same folder and port. */
  crash: () => Promise<void>
  /** Ends the server and removes its folder. */
  stop: () => Promise<void>
}

const MAIN = fileURLToPath(new URL('../server/main.ts', import.meta.url))

/** Starts the real server for a test. */
export async function startServer(): Promise<TestServer> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'tributary-analytics-'))
  const url = `http://127.0.0.1:${await freePort()}`
  const server: TestServer = {
    url,
    dataFolder,
    process: await launch(url, dataFolder),
    async crash() {
      await end(server.process, 'SIGKILL')
      server.process = await launch(url, dataFolder)
    },
    async stop() {
      await end(server.process, 'SIGTERM')
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
  return server
}

async function launch(url: string, dataFolder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, CLICKHOUSE_URL: url, TRIBUTARY_DATA: dataFolder },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  for (const end = Date.now() + 30_000; Date.now() < end; ) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`)
    const health = await fetch(`${url}/health`).catch(() => null)
    if (health?.status === 200) return child
    await sleep(50)
  }
  child.kill('SIGKILL')
  throw new Error('the server did not start within 30 s')
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
