#!/usr/bin/env node
// Plain JavaScript without dependencies: it runs under whatever Node the machine has, and goes on
// under the pinned one. It never installs anything, since a system may be running from these
// packages while somebody asks for its status.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const room = dirname(dirname(fileURLToPath(import.meta.url)))
const binary = process.platform === 'win32' ? 'node.exe' : 'node'
const node = join(dirname(room), 'node_modules', 'node', 'bin', binary)

if (!existsSync(node)) {
  console.error(`tributary: the pinned Node is not there (${node})`)
  console.error('  Install the packages first: npm start does it, and so does npm ci.')
  process.exit(1)
}
const child = spawn(node, [join(room, 'main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
