import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Folder of the benchmark's subgraphs: their manifests, schemas and mappings. */
export const WORKLOADS = join(import.meta.dirname, 'workloads')

/** A subgraph of the benchmark. */
export type Workload = 'append' | 'accounts'

const run = promisify(execFile)

/** Compiles a workload with graph-cli, for one contract; the folder of the compiled subgraph. */
export async function buildWorkload(workload: Workload, address: string): Promise<string> {
  const cli = createRequire(import.meta.url).resolve('@graphprotocol/graph-cli/bin/run.js')
  const graph = (...args: string[]) => run(process.execPath, [cli, ...args], { cwd: WORKLOADS })
  await graph('codegen', `${workload}.yaml`, '--output-dir', `generated/${workload}`)
  await graph('build', `${workload}.yaml`, '--output-dir', `build/${workload}`)
  const folder = join(WORKLOADS, 'build', workload)
  const manifest = join(folder, 'subgraph.yaml')
  const text = await readFile(manifest, 'utf8')
  const placed = text.replace(/0x0{39}1/, address).replace('startBlock: 0', 'startBlock: 1')
  await writeFile(manifest, placed)
  return folder
}
