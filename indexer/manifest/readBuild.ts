import { readFile } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import { load } from 'js-yaml'
import { ContractAbi } from '../abi/contractAbi.ts'
import type { ContentSource } from '../content/contentSource.ts'
import type { EntityModel } from '../schema/entityModel.ts'
import { parseSchema } from '../schema/parseSchema.ts'
import { SchemaError } from '../schema/schemaError.ts'
import { UnknownInstructionError } from '../wasm/meterPoints.ts'
import { patchModule } from '../wasm/patchModule.ts'
import { contentId } from './contentId.ts'
import { dumpManifest } from './dumpManifest.ts'
import type { Graft, Manifest, SourceDeclaration } from './manifest.ts'
import { ManifestError } from './manifestError.ts'
import { sourceProblems, undeclaredFeatures, versionProblem } from './manifestProblems.ts'
import { applyNetworks, type Networks } from './networks.ts'
import { parseManifest } from './parseManifest.ts'
import type { RawManifest } from './rawManifest.ts'
import { kindProblem, resolutionProblem } from './resolutionProblem.ts'
import { shapeProblems } from './shape/manifestShape.ts'
import type { BuiltSource, SubgraphBuild } from './subgraphBuild.ts'

/**
 * Reads the output folder of `graph build`.
 *
 * @param folder the one with `subgraph.yaml`.
 * @param networks addresses and start blocks in place of the manifest's.
 * @throws ManifestError when a file is missing or the subgraph is one that this host cannot run.
 */
export async function readBuild(folder: string, networks: Networks = {}): Promise<SubgraphBuild> {
  const manifestFile = join(folder, 'subgraph.yaml')
  const yaml = applyNetworks(
    readYaml(await readText(folder, 'subgraph.yaml'), manifestFile),
    networks,
  )
  return assembleBuild(yaml, manifestFile, (file) => readBytes(folder, file))
}

/** Finds out what is wrong with what a subgraph is grafted onto, in graph-node's words; or null. */
export type GraftCheck = (graft: Graft) => Promise<string | null>

/**
 * Reads an uploaded subgraph, as `graph deploy` leaves it in a content store.
 *
 * @param id content id of the manifest, which is the deployment's id.
 * @param checkGraft asked about the subgraph's graft, if it has one.
 * @throws ManifestError when a file is missing or the subgraph is one that this host cannot run.
 */
export async function readUploadedBuild(
  id: string,
  content: ContentSource,
  checkGraft: GraftCheck = async () => null,
): Promise<SubgraphBuild> {
  const read = async (file: string) => {
    const bytes = await content.get(file.replace(/^\/ipfs\//, ''))
    if (bytes === null)
      throw new ManifestError(file, [`${file}: nobody has uploaded this file`], 'resolve')
    return bytes
  }
  const yaml = readYaml(Buffer.from(await read(id)).toString('utf8'), id)
  return assembleBuild(withoutLinks(yaml), id, read, { id, checkGraft })
}

async function assembleBuild(
  yaml: unknown,
  manifestFile: string,
  read: (file: string) => Promise<Uint8Array>,
  { id, checkGraft }: { readonly id?: string; readonly checkGraft?: GraftCheck } = {},
): Promise<SubgraphBuild> {
  checkReadable(yaml, manifestFile, id ?? manifestFile)
  const manifest = parseManifest(yaml, manifestFile)
  const files = new Map<string, Uint8Array>()
  for (const file of filesOf(manifest)) {
    if (!files.has(file)) files.set(file, await read(file))
  }
  const sdl = textOf(files, manifest.schemaFile)
  const linked = Buffer.from(dumpManifest(withContentIds(yaml, files)), 'utf8')
  const deployment = id ?? contentId(linked)
  const model = readSchema(sdl, manifest, deployment)
  const hasHints = Boolean((yaml as RawManifest).indexerHints)
  const unmet = versionProblem(manifest, deployment, hasHints)
  if (unmet !== null) throw new ManifestError(manifestFile, [unmet], 'resolve')
  const build = (source: SourceDeclaration, index: number) =>
    buildSource(source, index, files, manifestFile)
  const dataSources = manifest.dataSources.map(build)
  const templates = manifest.templates.map((source, index) =>
    build(source, dataSources.length + index),
  )
  const graftProblem = manifest.graft && (await checkGraft?.(manifest.graft))
  const problems = [
    ...sourceProblems(manifest, dataSources),
    ...(graftProblem ? [graftProblem] : []),
    ...undeclaredFeatures(manifest, model, [...dataSources, ...templates]),
  ]
  if (problems.length > 0) throw new ManifestError(manifestFile, problems)
  return {
    id: deployment,
    manifest,
    manifestText: dumpManifest(yaml),
    sdl,
    model,
    dataSources,
    templates,
    fileTypes: fileTypes(manifest, model),
    uploads: [...files.values(), linked],
  }
}

/** Names that the schema lacks count for nothing, as in graph-node. */
function fileTypes(manifest: Manifest, model: EntityModel): Set<string> {
  const named = new Set(
    manifest.templates.flatMap(({ fileHandler }) => fileHandler?.entities ?? []),
  )
  return new Set(model.entities.map(({ name }) => name).filter((name) => named.has(name)))
}

/** @param deployment how the subgraph is called in messages. */
function checkReadable(yaml: unknown, manifestFile: string, deployment: string): void {
  const kind = kindProblem(yaml)
  if (kind !== null) throw new ManifestError(manifestFile, [kind], 'resolve')
  const shape = shapeProblems(yaml)
  if (shape.length > 0) throw new ManifestError(manifestFile, shape, 'parse')
  const problem = resolutionProblem(yaml as RawManifest, deployment)
  if (problem !== null) throw new ManifestError(manifestFile, [problem], 'resolve')
}

function readSchema(sdl: string, manifest: Manifest, deployment: string): EntityModel {
  try {
    return parseSchema(sdl, manifest.specVersion)
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error
    const { problems, message } = error
    const list = problems.map((problem, index) => `  (${index + 1}) - ${problem}`)
    const told = [`Validation errors in subgraph \`${deployment}\`:`, ...list].join('\n')
    throw new ManifestError(manifest.schemaFile, [problems.length > 0 ? told : message], 'resolve')
  }
}

function buildSource(
  source: SourceDeclaration,
  index: number,
  files: ReadonlyMap<string, Uint8Array>,
  manifestFile: string,
): BuiltSource {
  const abis = new Map<string, ContractAbi>()
  for (const [name, file] of source.abis) {
    abis.set(name, readAbi(textOf(files, file), file))
  }
  const abi = abis.get(source.abi) as ContractAbi
  const eventHandlers = source.eventHandlers.map((declaration) => {
    const event = abi.event(declaration.event)
    if (event === null) {
      throw new ManifestError(manifestFile, [
        `\`${source.name}\`: the event \`${declaration.event}\` is not in the ABI \`${source.abi}\`, ` +
          `which has ${abi.events.map((known) => known.signature).join('; ') || 'none'}`,
      ])
    }
    return { ...declaration, abi: event, firstTopic: declaration.topic0 ?? event.topic0 }
  })
  const wasm = files.get(source.file) as Uint8Array
  checkMapping(wasm, source.file)
  return { ...source, index, abis, eventHandlers, wasm, wasmId: contentId(wasm) }
}

/** A mapping that could not be run is refused at once, not when its first event comes. */
function checkMapping(wasm: Uint8Array, file: string): void {
  if (!WebAssembly.validate(wasm as BufferSource)) {
    throw new ManifestError(file, ['Failed to parse the provided mapping WASM module'])
  }
  try {
    patchModule(wasm)
  } catch (error) {
    if (!(error instanceof UnknownInstructionError)) throw error
    throw new ManifestError(file, [error.message])
  }
}

function readAbi(text: string, file: string): ContractAbi {
  try {
    const json = JSON.parse(text)
    return new ContractAbi(Array.isArray(json) ? json : json.abi)
  } catch (cause) {
    throw new ManifestError(file, [`no contract ABI: ${(cause as Error).message}`], 'resolve')
  }
}

function filesOf(manifest: Manifest): string[] {
  const sources = [...manifest.dataSources, ...manifest.templates]
  return [
    manifest.schemaFile,
    ...sources.flatMap((source) => [...source.abis.values(), source.file]),
  ]
}

/** The manifest as it is uploaded: every `file: path` becomes `file: {/: /ipfs/<content id>}`. */
function withContentIds(value: unknown, files: ReadonlyMap<string, Uint8Array>): unknown {
  if (Array.isArray(value)) return value.map((element) => withContentIds(element, files))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]) => {
    const bytes = key === 'file' && typeof inner === 'string' ? files.get(inner) : undefined
    return [key, bytes ? { '/': `/ipfs/${contentId(bytes)}` } : withContentIds(inner, files)]
  })
  return Object.fromEntries(entries)
}

/** An uploaded manifest with links as plain names of files: `{/: /ipfs/<id>}` becomes `/ipfs/<id>`. */
function withoutLinks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutLinks)
  if (typeof value !== 'object' || value === null) return value
  const { '/': link, ...others } = value as Record<string, unknown>
  if (typeof link === 'string' && Object.keys(others).length === 0) return link
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutLinks(inner)]))
}

function readYaml(text: string, file: string): unknown {
  try {
    return load(text)
  } catch (cause) {
    throw new ManifestError(file, [`no YAML: ${(cause as Error).message}`], 'parse')
  }
}

function textOf(files: ReadonlyMap<string, Uint8Array>, file: string): string {
  return Buffer.from(files.get(file) as Uint8Array).toString('utf8')
}

async function readText(folder: string, file: string): Promise<string> {
  return Buffer.from(await readBytes(folder, file)).toString('utf8')
}

/** Reads a file of the build folder; a manifest may not reach outside of it. */
async function readBytes(folder: string, file: string): Promise<Uint8Array> {
  const path = join(folder, file)
  if (isAbsolute(file) || relative(folder, path).startsWith('..')) {
    throw new ManifestError(path, ['the manifest names a file outside of its folder'])
  }
  try {
    return await readFile(path)
  } catch (cause) {
    throw new ManifestError(path, [
      `the file cannot be read (${(cause as NodeJS.ErrnoException).code}): run \`graph build\` first`,
    ])
  }
}
