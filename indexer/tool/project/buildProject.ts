import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Networks } from '../../manifest/networks.ts'
import { readBuild } from '../../manifest/readBuild.ts'
import type { SubgraphBuild } from '../../manifest/subgraphBuild.ts'
import { ToolError } from '../toolError.ts'
import type { Project } from './project.ts'
import { withLock } from './withLock.ts'

const BUILT = 'built-from'
const GENERATED = 'generated-from'
/** What graph-cli writes, and what no build depends on. */
const NOT_SOURCES = new Set(['node_modules', 'build', 'generated', 'tests', 'networks.json'])

/** graph-cli could not compile the project; its own words follow. */
export class BuildFailed extends ToolError {}

/** One hash over the project's sources, or over those of them that `graph codegen` reads. */
export function sourceStamp(project: Project, what = /\.(ts|json|ya?ml|graphql)$/): string {
  const hash = createHash('sha256')
  for (const file of sourceFiles(project.folder)) {
    if (!what.test(file)) continue
    hash.update(file).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

function* sourceFiles(folder: string): Generator<string> {
  for (const name of readdirSync(folder).sort()) {
    if (name.startsWith('.') || NOT_SOURCES.has(name)) continue
    const path = join(folder, name)
    // An editor may be replacing it.
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats?.isDirectory()) yield* sourceFiles(path)
    else if (stats) yield path
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
  // `dev` may be about to compile the same change.
  await withLock(join(project.cache, 'building'), () => buildUnlessDone(project, say))
}

async function buildUnlessDone(project: Project, say: (line: string) => void): Promise<void> {
  const stamp = sourceStamp(project)
  if (await isMadeFrom(project, BUILT, stamp, join(project.build, 'subgraph.yaml'))) return
  const graph = project.resolve('@graphprotocol/graph-cli', 'bin', 'run.js')
  if (graph === null || !existsSync(graph)) {
    throw new ToolError(
      `graph-cli is not installed for ${project.folder}: run \`npm install --save-dev @graphprotocol/graph-cli @graphprotocol/graph-ts\` there`,
    )
  }
  const generatedFrom = sourceStamp(project, /\.(json|ya?ml|graphql)$/)
  const generated = join(project.folder, 'generated')
  if (!(await isMadeFrom(project, GENERATED, generatedFrom, generated))) {
    say('graph codegen …')
    await runGraph(project, graph, 'codegen')
    await writeFile(join(project.cache, GENERATED), generatedFrom)
  }
  say('graph build …')
  await runGraph(project, graph, 'build')
  await writeFile(join(project.cache, BUILT), stamp)
}

/** Whether something is there and was made from exactly these sources. */
async function isMadeFrom(
  project: Project,
  name: string,
  stamp: string,
  path: string,
): Promise<boolean> {
  const known = await readFile(join(project.cache, name), 'utf8').catch(() => '')
  return known === stamp && existsSync(path)
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

/** graph-cli's output without its steps that went well, and without the stacks of its own code. */
function whatFailed(output: string): string {
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .filter((line) => line.trim() !== '')
  const step = /^\s*([-✔]|Skip|Load|Write|Generate|Compile|Copy|Apply|at) /
  const failed = lines.findIndex((line) => line.includes('✖'))
  if (failed < 0) {
    const said = lines.filter((line) => !step.test(line))
    return (said.length > 0 ? said : lines).join('\n')
  }
  // What the compiler says comes before the step that failed, and graph-cli's own reasons after it.
  const reasons = lines.slice(failed + 1)
  const stack = reasons.findIndex((line) => /^(Error: |\s+at )/.test(line))
  return [
    ...lines.slice(0, failed).filter((line) => !step.test(line)),
    lines[failed],
    ...reasons.slice(0, stack < 0 ? reasons.length : stack),
  ].join('\n')
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
    throw new ToolError(
      `the networks file ${networkFile} cannot be read: ${(cause as Error).message}; name another with --network-file`,
      { cause },
    )
  }
  const entries = networks[network]
  if (entries === undefined) {
    const known = Object.keys(networks).join(', ') || 'none'
    throw new ToolError(`${networkFile} has no network \`${network}\`, but ${known}`)
  }
  return readBuild(project.build, { [network]: entries })
}
