// Plain JavaScript without dependencies: it runs under whatever Node (>= 20) the machine has,
// before anything is installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const stampFile = join(root, 'node_modules', '.tributary-lock')
const pinnedNode = join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
)

/**
 * Installs the packages of package-lock.json unless exactly these are there already, and returns
 * the path of the pinned Node that everything else runs under.
 */
export function installPackages() {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    fail(`Node ${process.versions.node} is too old to start from; install Node 20 or newer`)
  }
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const installed = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : ''
  if (installed !== lock || !existsSync(pinnedNode)) {
    console.log('Installing the Node packages of package-lock.json (about a minute) ...')
    const npm = spawnSync(
      process.platform === 'win32' ? 'npm.cmd' : 'npm',
      ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
      { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' },
    )
    if (npm.error) fail(`npm could not be run (${npm.error.message}); install npm beside Node`)
    if (npm.status !== 0) {
      fail(`npm ci failed with exit code ${npm.status}; its own message stands above`)
    }
    if (!existsSync(pinnedNode)) {
      fail(
        `the package "node" was installed without its binary (${pinnedNode}); ` +
          'allow its install script (package.json, allowScripts) and run again',
      )
    }
    writeFileSync(stampFile, lock)
  }
  return pinnedNode
}

function fail(message) {
  console.error(`tributary: ${message}`)
  process.exit(1)
}
