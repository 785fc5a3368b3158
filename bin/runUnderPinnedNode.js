import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { installPackages, root } from './installPackages.js'

/**
 * Runs a TypeScript file of this repository under the pinned Node with this process's arguments,
 * hands signals on, and ends with its exit code.
 *
 * @param {string} file path relative to the repository's root
 */
export function runUnderPinnedNode(file) {
  const node = installPackages()
  const child = spawn(
    node,
    ['--disable-warning=ExperimentalWarning', join(root, file), ...process.argv.slice(2)],
    { stdio: 'inherit' },
  )
  // A terminal's Ctrl-C reaches the child twice, which it must bear; a plain kill reaches it only so.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal))
  }
  child.on('error', (error) => {
    console.error(`tributary: ${node} could not be started: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
}
