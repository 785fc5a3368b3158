#!/usr/bin/env node
// Plain JavaScript without dependencies: it runs under whatever Node the machine has, and goes on
// under the pinned one where that is installed beside it.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const room = dirname(dirname(fileURLToPath(import.meta.url)))
const binary = process.platform === 'win32' ? 'node.exe' : 'node'
const pinned = join(dirname(room), 'node_modules', 'node', 'bin', binary)
const [major] = process.versions.node.split('.')

if (!existsSync(pinned) && Number(major) < 24) {
  console.error(`tributary-subgraph: Node 24 or newer is needed, this is ${process.version}`)
  console.error('  Install the packages first (npm ci brings Node 24 along), or update Node.')
  process.exit(1)
}
const node = existsSync(pinned) ? pinned : process.execPath
const main = join(room, 'tool', 'main.ts')
const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
