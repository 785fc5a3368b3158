import { readContext } from '../values/contextJson.ts'
import { parseDeclaredCall } from './declaredCall.ts'
import type {
  BlockFilter,
  BlockHandlerDeclaration,
  EventHandlerDeclaration,
  FileHandlerDeclaration,
  Graft,
  Manifest,
  SourceDeclaration,
} from './manifest.ts'
import { ManifestError } from './manifestError.ts'
import { compareVersions } from './version.ts'

const API_VERSION = '0.0.5'

type Yaml = Record<string, unknown>

/** Blocks that `prune: auto` keeps: graph-node's, twice the depth of reorgs that it reckons with. */
const AUTO_HISTORY = 500

/**
 * Checks a manifest and reads what the host needs of it.
 *
 * @param yaml the manifest as YAML reads it, with the networks file applied, its shape checked.
 * @param file named in errors.
 * @throws ManifestError with all reasons why this host cannot run it.
 */
export function parseManifest(yaml: unknown, file: string): Manifest {
  const reasons: string[] = []
  const root = (yaml ?? {}) as Yaml
  const historyBlocks = readHistory(root.indexerHints as Yaml | undefined)

  const dataSources = readSources(root.dataSources, 'data source', reasons)
  const templates = readSources(root.templates, 'template', reasons)
  const all = [...dataSources, ...templates]
  const networks = new Set(
    asList(root.dataSources).flatMap((source) => asText((source as Yaml).network) ?? []),
  )
  if (networks.size === 0) {
    reasons.push('subgraph must have at least one Ethereum network data source')
  }
  if (networks.size > 1) {
    reasons.push('subgraph cannot index data from different Ethereum networks')
  }
  const apiVersions = new Set(all.map((source) => source.apiVersion))
  if (apiVersions.size > 1) {
    reasons.push(
      `subgraph must use a single apiVersion across its data sources. Found: ${[...apiVersions].sort(compareVersions).join(', ')}`,
    )
  }
  if (reasons.length > 0) throw new ManifestError(file, reasons)
  const [network] = networks
  return {
    specVersion: String(root.specVersion),
    description: asText(root.description),
    repository: asText(root.repository),
    features: asList(root.features).map(String),
    historyBlocks,
    graft: readGraft(root.graft as Yaml | null | undefined),
    schemaFile: String((root.schema as Yaml).file),
    network,
    apiVersion: dataSources[0].apiVersion,
    // A template's says nothing, and one of several data sources is enough.
    dataSources: dataSources.map((source) => ({ ...source, network })),
    templates: templates.map((template) => ({ ...template, network })),
  }
}

function readHistory(hints: Yaml | undefined): number | null {
  const prune = hints?.prune ?? 'never'
  if (prune === 'never') return null
  return prune === 'auto' ? AUTO_HISTORY : Number(prune)
}

function readGraft(graft: Yaml | null | undefined): Graft | null {
  return graft ? { base: String(graft.base), block: Number(graft.block) } : null
}

function readSources(list: unknown, what: string, reasons: string[]): SourceDeclaration[] {
  return asList(list).flatMap((item) => {
    const name = `${what} \`${(item as Yaml)?.name}\``
    try {
      return [readSource(item as Yaml, name, reasons)]
    } catch (error) {
      reasons.push(`${name}: ${(error as Error).message}`)
      return []
    }
  })
}

function readSource(yaml: Yaml, name: string, reasons: string[]): SourceDeclaration {
  const isFile = isFileKind(String(yaml.kind))
  const source = (yaml.source ?? {}) as Yaml
  const mapping = (yaml.mapping ?? {}) as Yaml
  const apiVersion = String(mapping.apiVersion)
  if (compareVersions(apiVersion, API_VERSION) < 0) {
    reasons.push(
      `${name}: apiVersion \`${apiVersion}\` is not supported, only ${API_VERSION} and later`,
    )
  }
  if (!isFile && asList(mapping.callHandlers).length > 0) {
    reasons.push(`${name}: call handlers are not supported, as they need a tracing node`)
  }
  const abis = new Map(
    asList(mapping.abis).map((abi) => [String((abi as Yaml).name), String((abi as Yaml).file)]),
  )
  if (!isFile && (typeof source.abi !== 'string' || !abis.has(source.abi))) {
    reasons.push(`${name}: the ABI \`${source.abi}\` of its source is not among mapping.abis`)
  }
  // A file's template has none, whatever its manifest says.
  const listed = (handlers: unknown) => (isFile ? [] : asList(handlers))
  return {
    name: String(yaml.name),
    network: String(yaml.network),
    address: readAddress(source.address),
    abi: isFile ? '' : String(source.abi),
    startBlock: readBlock(source.startBlock, 'startBlock') ?? 0,
    endBlock: readBlock(source.endBlock, 'endBlock'),
    context: readContext(yaml.context),
    apiVersion,
    abis,
    file: String(mapping.file),
    eventHandlers: listed(mapping.eventHandlers).map((item) => readEventHandler(item as Yaml)),
    blockHandlers: listed(mapping.blockHandlers).map((item) => readBlockHandler(item as Yaml)),
    fileHandler: isFile ? readFileHandler(mapping) : null,
  }
}

/** @throws Error for a kind that cannot be run here. */
function isFileKind(kind: string): boolean {
  switch (kind) {
    case 'ethereum':
    case 'ethereum/contract':
      return false
    case 'file/ipfs':
      return true
    case 'file/arweave':
      throw new Error(`the kind \`${kind}\` is not supported, as this host does not reach Arweave`)
    case 'subgraph':
      throw new Error('the kind `subgraph` is not supported, as this host composes no subgraphs')
    default:
      throw new Error(`the kind \`${kind}\` is not supported`)
  }
}

function readFileHandler({ handler, entities }: Yaml): FileHandlerDeclaration {
  return { handler: String(handler), entities: asList(entities).map(String) }
}

function readEventHandler(yaml: Yaml): EventHandlerDeclaration {
  const topics = [yaml.topic1, yaml.topic2, yaml.topic3].map((values) =>
    values === undefined ? null : asList(values).map((value) => topicText(String(value))),
  )
  return {
    event: String(yaml.event),
    handler: String(yaml.handler),
    topic0: asText(yaml.topic0) === null ? null : topicText(String(yaml.topic0)),
    topics,
    receipt: yaml.receipt === true,
    calls: Object.entries((yaml.calls ?? {}) as Yaml).map(([label, expression]) =>
      parseDeclaredCall(label, String(expression)),
    ),
  }
}

function readBlockHandler(yaml: Yaml): BlockHandlerDeclaration {
  return { handler: String(yaml.handler), filter: readFilter(yaml.filter as Yaml | undefined) }
}

function readFilter(yaml: Yaml | undefined): BlockFilter {
  if (yaml === undefined || yaml === null) return { kind: 'every' }
  switch (yaml.kind) {
    case 'once':
      return { kind: 'once' }
    case 'polling':
      return { kind: 'polling', every: Number(yaml.every) }
    default:
      throw new Error(`block handlers with the filter \`${yaml.kind}\` are not supported`)
  }
}

function readAddress(value: unknown): string | null {
  if (value === undefined || value === null) return null
  return `0x${String(value)
    .replace(/^(0x)*/, '')
    .toLowerCase()}`
}

function readBlock(value: unknown, field: string): number | null {
  if (value === undefined || value === null) return null
  const block = Number(value)
  if (!Number.isSafeInteger(block) || block < 0) {
    throw new Error(`source.${field} must be a block number, not \`${value}\``)
  }
  return block
}

/** A topic as logs hold it: an address is padded to 32 bytes. */
function topicText(value: string): string {
  return `0x${value
    .replace(/^(0x)*/, '')
    .toLowerCase()
    .padStart(64, '0')}`
}

function asList(value: unknown): unknown[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

function asText(value: unknown): string | null {
  return value === undefined || value === null ? null : String(value)
}
