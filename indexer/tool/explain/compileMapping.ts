import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import type { SourceMapPayload } from 'node:module'
import { dirname, join, relative } from 'node:path'
import type { BuiltSource } from '../../manifest/subgraphBuild.ts'
import type { Project } from '../project/project.ts'
import { sameCode } from './codeSection.ts'

/** Of graph-ts: what `graph build` compiles beside the mapping. */
const GLOBAL = join('@graphprotocol', 'graph-ts', 'global', 'global.ts')

/** A mapping with a map from its code to its sources. */
export interface MappedModule {
  readonly wasm: Uint8Array
  readonly map: SourceMapPayload
}

/**
 * A mapping's source map. `graph build` writes none, only functions' names; but the same compiler
 * with the same options and `--sourceMap` makes the same code, and a map beside it.
 *
 * @returns null when the compiler is not there, or when the sources are no longer those of the build.
 */
export async function mappedModule(
  project: Project,
  source: BuiltSource,
): Promise<MappedModule | null> {
  const module = await compileMapping(project, source, 'mapped', ['--optimize'])
  return module !== null && sameCode(module.wasm, source.wasm) ? module : null
}

/**
 * The same mapping without the optimiser, which puts functions into one another and forgets lines:
 * it does the same, slower, and its map knows every line.
 *
 * @returns null when the compiler is not there.
 */
export function plainModule(project: Project, source: BuiltSource): Promise<MappedModule | null> {
  return compileMapping(project, source, 'plain', [])
}

async function compileMapping(
  project: Project,
  source: BuiltSource,
  name: string,
  options: readonly string[],
): Promise<MappedModule | null> {
  const mapping = project.mappings.get(source.name)
  const compiler = project.resolve('assemblyscript', 'bin', 'asc')
  const global = project.libraries.map((folder) => join(folder, GLOBAL)).find(existsSync)
  if (!project.hasSources || mapping === undefined || compiler === null || global === undefined) {
    return null
  }
  const file = join(project.cache, 'maps', source.wasmId, `${name}.wasm`)
  if (!existsSync(`${file}.map`)) {
    await mkdir(dirname(file), { recursive: true })
    const inFolder = (path: string) => relative(project.folder, path)
    const compiled = await compile(project.folder, [
      compiler,
      ...['--explicitStart', '--exportRuntime', '--runtime', 'stub'],
      inFolder(mapping),
      inFolder(global),
      ...['--baseDir', project.folder, '--lib', project.libraries.join(',')],
      ...['--outFile', inFolder(file), '--debug', '--sourceMap', ...options],
    ])
    if (!compiled) return null
  }
  return { wasm: await readFile(file), map: JSON.parse(await readFile(`${file}.map`, 'utf8')) }
}

function compile(folder: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: folder, stdio: 'ignore' })
    child.once('error', () => resolve(false))
    child.once('close', (code) => resolve(code === 0))
  })
}
