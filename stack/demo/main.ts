/**
 * `npm run demo`: the whole loop in a fresh data folder on ports of its own, with a table for people
 * and, with --json, one JSON line last. Everything is stopped and removed at the end.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePortRange } from '../ports/freePortRange.ts'
import { type Stack, startStack } from '../startStack.ts'

const HELP = `npm run demo -- [--until index|ask|settle|end] [--seed N] [--keep] [--json]

Runs the loop once in a fresh data folder and checks what it shows: every vector sums to a million,
every wei of the fees is accounted for, ledger, subgraph and contract agree, an honest receipt
verifies and a tampered one does not. Exits 0 only if all of that holds.

  --until STEP   stop after this part (default end)
  --seed N       draws the questions (default 1)
  --keep         keep the data folder and say where it is
  --json         one JSON line last, everything else on standard error`

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const args = process.argv.slice(2)
if (args.includes('--help') || args.includes('-h')) {
  console.log(HELP)
  process.exit(0)
}
const keep = args.includes('--keep')
const passed = args.filter((arg) => arg !== '--keep')
const say = (line: string) => console.error(line)

const started = Date.now()
const dataFolder = await mkdtemp(join(tmpdir(), 'tributary-demo-'))
let stack: Stack | undefined
let stopping = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping) return
    stopping = true
    void stop().then(() => process.exit(130))
  })
}

try {
  stack = await startStack({
    root,
    dataFolder,
    port: await freePortRange(),
    fresh: false,
    say,
    onPages: (url) => say(`Pages: ${url}`),
  })
  await stack.allReady
  const code = await runLoop(stack)
  say(`The demo took ${Math.round((Date.now() - started) / 1000)} s.`)
  process.exitCode = code
} catch (error) {
  if (!stopping) console.error(`tributary: ${(error as Error).message}`)
  process.exitCode = 1
} finally {
  await stop()
}

function runLoop(running: Stack): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        join(root, 'cli', 'sample', 'main.ts'),
        '--plan',
        'demo',
        ...passed,
      ],
      { cwd: root, env: running.env, stdio: ['ignore', 'inherit', 'inherit'] },
    )
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

async function stop(): Promise<void> {
  await stack?.stop()
  if (keep) say(`The data is kept in ${dataFolder}`)
  else await rm(dataFolder, { recursive: true, force: true })
}
