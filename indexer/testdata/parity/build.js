/** Builds the cases, or those named: node build.js [case…]. */
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const cli = createRequire(import.meta.url).resolve('@graphprotocol/graph-cli/package.json')
const graph = join(dirname(cli), 'bin', 'run.js')
const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
const all = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name)
const named = process.argv.slice(2)
for (const name of named.length > 0 ? named : all.filter((each) => each !== 'contracts')) {
  for (const step of ['codegen', 'build']) {
    const cwd = join(import.meta.dirname, name)
    execFileSync(process.execPath, [graph, step], { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
  }
}
