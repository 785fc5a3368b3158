import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.ts'
import { sourceStamp } from './sourceStamp.ts'

/** Compiles the subgraph with graph-cli unless the build is of exactly these sources. */
export async function prepareSubgraph(root: string, say: (line: string) => void): Promise<void> {
  const folder = join(root, 'subgraph')
  const stampFile = join(folder, 'build', '.stamp')
  const stamp = sourceStamp(
    ['schema.graphql', 'subgraph.yaml', 'src', 'abis', 'package.json'].map((name) =>
      join(folder, name),
    ),
  )
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  say('Compiling the subgraph (graph codegen, graph build) ...')
  const graph = join(root, 'node_modules', '@graphprotocol', 'graph-cli', 'bin', 'run.js')
  await run('graph codegen', process.execPath, [graph, 'codegen'], { cwd: folder })
  await run('graph build', process.execPath, [graph, 'build'], { cwd: folder })
  writeFileSync(stampFile, stamp)
}
