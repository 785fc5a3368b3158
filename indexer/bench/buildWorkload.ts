import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Folder of the benchmark's subgraphs: their manifests, schemas and mappings. */
export const WORKLOADS = join(import.meta.dirname, 'workloads')

/** A subgraph of the benchmark. */
export type Workload = 'append' | 'accounts'

const run = promisify(execFile)

/** Compiles a workload with graph-cli; the folder of the compiled subgraph. */
export async function buildWorkload(workload: Workload): Promise<string> {
  const cli = createRequire(import.meta.url).resolve('@graphprotocol/graph-cli/bin/run.js')
  const graph = (...args: string[]) => run(process.execPath, [cli, ...args], { cwd: WORKLOADS })
  await graph('codegen', `${workload}.yaml`, '--output-dir', `generated/${workload}`)
  await graph('build', `${workload}.yaml`, '--output-dir', `build/${workload}`)
  return join(WORKLOADS, 'build', workload)
}
