import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Networks } from '../../manifest/networks.ts'
import { readBuild, type SubgraphBuild } from '../../manifest/readBuild.ts'
import { ToolError } from '../toolError.ts'
import type { Project } from './project.ts'

const STAMP = 'built-from'
/** What graph-cli writes, and what no build depends on. */
const NOT_SOURCES = new Set(['node_modules', 'build', 'generated', 'tests', 'networks.json'])

/** graph-cli could not compile the project; its own words follow. */
export class BuildFailed extends ToolError {}

/** One hash over the project's sources. */
export function sourceStamp(project: Project): string {
  const hash = createHash('sha256')
  for (const file of sourceFiles(project.folder)) {
    hash.update(file).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

function* sourceFiles(folder: string): Generator<string> {
  for (const name of readdirSync(folder).sort()) {
    if (name.startsWith('.') || NOT_SOURCES.has(name)) continue
    const path = join(folder, name)
    if (statSync(path).isDirectory()) yield* sourceFiles(path)
    else if (/\.(ts|json|ya?ml|graphql)$/.test(name)) yield path
  }
}

/**
 * Compiles a project with its own graph-cli, unless its build is of exactly these sources.
 *
 * @param say told of each step that takes a while.
 * @throws BuildFailed with what graph-cli says.
 */
export async function buildProject(project: Project, say: (line: string) => void): Promise<void> {
  if (!project.hasSources) return
  const stamp = sourceStamp(project)
  const stampFile = join(project.cache, STAMP)
  const known = await readFile(stampFile, 'utf8').catch(() => '')
  if (known === stamp && existsSync(join(project.build, 'subgraph.yaml'))) return
  const graph = project.resolve('@graphprotocol/graph-cli', 'bin', 'run.js')
  if (graph === null || !existsSync(graph)) {
    throw new ToolError(
      `graph-cli is not installed for ${project.folder}: run \`npm install --save-dev @graphprotocol/graph-cli @graphprotocol/graph-ts\` there`,
    )
  }
  for (const command of ['codegen', 'build']) {
    say(`graph ${command}`)
    await runGraph(project, graph, command)
  }
  await writeFile(stampFile, stamp)
}

function runGraph(project: Project, graph: string, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [graph, command], {
      cwd: project.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk
      })
    }
    child.once('error', (error) => reject(new BuildFailed(`graph-cli: ${error.message}`)))
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new BuildFailed(`graph ${command} failed:\n${whatFailed(output)}`))
    })
  })
}

/** graph-cli's output without its list of steps that went well. */
function whatFailed(output: string): string {
  const lines = stripVTControlCharacters(output).split('\n')
  const kept = lines.filter(
    (line) => line.trim() !== '' && !/^\s*([-✔]|Skip|Load|Write) /.test(line),
  )
  return (kept.length > 0 ? kept : lines).join('\n')
}

/**
 * Reads a project's build, with the addresses of a network from its networks file.
 *
 * @param network named in the file; undefined to take the manifest as it is.
 */
export async function readProject(
  project: Project,
  network: string | undefined,
  networkFile = join(project.folder, 'networks.json'),
): Promise<SubgraphBuild> {
  if (network === undefined) return readBuild(project.build)
  let networks: Networks
  try {
    networks = JSON.parse(await readFile(networkFile, 'utf8'))
  } catch (cause) {
    throw new ToolError(`${networkFile} cannot be read: ${(cause as Error).message}`, { cause })
  }
  const entries = networks[network]
  if (entries === undefined) {
    const known = Object.keys(networks).join(', ') || 'none'
    throw new ToolError(`${networkFile} has no network \`${network}\`, but ${known}`)
  }
  return readBuild(project.build, { [network]: entries })
}
