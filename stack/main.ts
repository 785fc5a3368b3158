import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HELP, OptionError, readOptions } from './options.ts'
import { type Stack, StackError, startStack } from './startStack.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const say = (line: string) => console.log(line)

let stack: Stack | undefined
let stopping = false

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stopping) return
    stopping = true
    say('\nStopping every part ...')
    void (async () => {
      await stack?.stop()
      say('Stopped. The data is kept; npm start goes on with it.')
      process.exit(0)
    })()
  })
}

try {
  const options = readOptions(process.argv.slice(2), process.env, root)
  if (options.help) {
    say(HELP)
    process.exit(0)
  }
  stack = await startStack({
    root,
    dataFolder: options.dataFolder,
    port: options.port,
    fresh: options.fresh,
    say,
    onPages: (url) => say(`\n  Tributary is at ${url}\n`),
  })
  say(`The pages were served after ${stack.pageSeconds.toFixed(1)} s; the other parts follow ...`)
  await stack.allReady
  say('Every part runs. Ctrl-C stops them all.')
  if (options.sample) await runSample(stack)
} catch (error) {
  if (stopping) await new Promise(() => {})
  await stack?.stop()
  const known = error instanceof OptionError || error instanceof StackError
  console.error(`tributary: ${known || error instanceof Error ? (error as Error).message : error}`)
  process.exit(1)
}

/** Runs the sample loop (it goes on where an earlier run stopped) and shows what it says. */
function runSample(running: Stack): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(root, 'cli', 'sample', 'main.ts')],
      { cwd: root, env: running.env, stdio: 'inherit' },
    )
    child.on('exit', (code) => {
      if (code !== 0 && !stopping) {
        say(
          `The sample loop ended with exit code ${code}; npm start goes on with it where it stopped.`,
        )
      }
      resolve()
    })
  })
}
