import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { contractsRoot } from './forge.ts'

/** sha256 over everything that the bytecode follows from: sources, settings, compiler, libraries. */
export function sourceHash(): string {
  const { dependencies } = JSON.parse(readFileSync(join(contractsRoot, 'package.json'), 'utf8'))
  const hash = createHash('sha256')
  hash.update(`solc ${dependencies.solc} openzeppelin ${dependencies['@openzeppelin/contracts']}\n`)
  const files = ['foundry.toml', 'tools/solc', ...globSync('src/**/*.sol', { cwd: contractsRoot })]
  for (const file of files.sort()) {
    const bytes = readFileSync(join(contractsRoot, file))
    hash.update(`${file.replaceAll('\\', '/')} ${bytes.length}\n`).update(bytes)
  }
  return hash.digest('hex')
}
