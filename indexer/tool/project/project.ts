import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { load } from 'js-yaml'
import { ToolError } from '../toolError.ts'

/** Where the tool keeps what it makes, in the project's folder. */
const CACHE = '.tributary-subgraph'

interface SourceYaml {
  readonly name?: unknown
  readonly mapping?: { readonly file?: unknown }
}

/** A subgraph's folder: a graph-cli project, or what `graph build` left of one. */
export interface Project {
  readonly folder: string
  /** The folder with the compiled subgraph. */
  readonly build: string
  /** Whether the folder holds sources, which can be compiled. */
  readonly hasSources: boolean
  /** Files of the mappings by the name of their data source or template. */
  readonly mappings: ReadonlyMap<string, string>
  /** Every `node_modules` at or above the folder, the nearest first. */
  readonly libraries: readonly string[]
  readonly cache: string
  /**
   * A file of a package as the project's graph-cli would find it.
   *
   * @returns null when it is not installed.
   */
  resolve(name: string, ...path: string[]): string | null
}

/**
 * Opens a subgraph's folder.
 *
 * @throws ToolError when there is none.
 */
export async function openProject(path: string): Promise<Project> {
  const folder = resolve(path)
  const manifest = join(folder, 'subgraph.yaml')
  if (!existsSync(manifest)) {
    throw new ToolError(
      `${folder} has no subgraph.yaml: name a folder of a graph-cli project (\`graph init\` makes one), or the output of \`graph build\``,
    )
  }
  let yaml: { readonly dataSources?: unknown; readonly templates?: unknown } | null
  try {
    yaml = load(readFileSync(manifest, 'utf8')) as typeof yaml
  } catch (cause) {
    throw new ToolError(`${manifest} is no YAML: ${(cause as Error).message}`, { cause })
  }
  // What else is wrong with the manifest, whoever compiles or reads it says.
  const lists = [yaml?.dataSources, yaml?.templates].filter((list) => Array.isArray(list))
  const sources: readonly (SourceYaml | null)[] = lists.flat()
  const mappings = new Map(
    sources.map((source) => [String(source?.name), join(folder, String(source?.mapping?.file))]),
  )
  const hasSources = ![...mappings.values()].every((file) => file.endsWith('.wasm'))
  const cache = join(folder, CACHE)
  await mkdir(cache, { recursive: true })
  await writeFile(join(cache, '.gitignore'), '*\n')
  return {
    folder,
    build: hasSources ? join(folder, 'build') : folder,
    hasSources,
    mappings,
    libraries: librariesOf(folder),
    cache,
    resolve: (name, ...rest) => resolvePackage(folder, name, rest),
  }
}

function librariesOf(folder: string): string[] {
  const found: string[] = []
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'node_modules'))) found.push(join(at, 'node_modules'))
    if (dirname(at) === at) return found
  }
}

function resolvePackage(folder: string, name: string, path: readonly string[]): string | null {
  const graphCli = resolveFrom(join(folder, 'package.json'), '@graphprotocol/graph-cli')
  const root =
    name === '@graphprotocol/graph-cli' ? graphCli : graphCli && resolveFrom(graphCli, name)
  return root === null ? null : join(dirname(root), ...path)
}

/** The `package.json` of a package as a file would import it. */
function resolveFrom(file: string, name: string): string | null {
  // A package may keep its package.json to itself, so that it is looked for as a file.
  const paths = createRequire(file).resolve.paths(name) ?? []
  return paths.map((path) => join(path, name, 'package.json')).find(existsSync) ?? null
}
