import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePortRange } from '@tributary/stack/ports/freePortRange'
import { type Stack, startStack } from '@tributary/stack/startStack'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** A whole system in a folder of its own, for one test. */
export interface System {
  stack: Stack
  dataFolder: string
  port: number
  /** Stops everything and starts it again on the same data. */
  restart(): Promise<Stack>
  remove(): Promise<void>
}

export async function startSystem(say: (line: string) => void): Promise<System> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'tributary-test-'))
  const port = await freePortRange()
  const start = () => startStack({ root, dataFolder, port, fresh: false, say })
  const system: System = {
    stack: await start(),
    dataFolder,
    port,
    async restart() {
      await system.stack.stop()
      system.stack = await start()
      return system.stack
    },
    async remove() {
      await system.stack.stop()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
  return system
}
