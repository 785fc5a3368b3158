import { readContext } from '../values/contextJson.ts'
import { parseDeclaredCall } from './declaredCall.ts'
import type {
  BlockFilter,
  BlockHandlerDeclaration,
  EventHandlerDeclaration,
  FileHandlerDeclaration,
  Manifest,
  SourceDeclaration,
} from './manifest.ts'
import { ManifestError } from './manifestError.ts'
import { compareVersions } from './version.ts'

const SPEC_VERSIONS = ['0.0.4', '1.3.0'] as const
const API_VERSIONS = ['0.0.5', '0.0.9'] as const
const FEATURES: ReadonlySet<string> = new Set([
  'nonFatalErrors',
  'fullTextSearch',
  'ipfsOnEthereumContracts',
])

type Yaml = Record<string, unknown>

/** Blocks that `prune: auto` keeps: graph-node's, twice the depth of reorgs that it reckons with. */
const AUTO_HISTORY = 500

/**
 * Checks a manifest and reads what the host needs of it.
 *
 * @param yaml the manifest as YAML reads it, with the networks file applied.
 * @param file named in errors.
 * @throws ManifestError with all reasons why this host cannot run it.
 */
export function parseManifest(yaml: unknown, file: string): Manifest {
  const reasons: string[] = []
  const root = (yaml ?? {}) as Yaml
  const specVersion = String(root.specVersion)
  if (!isWithin(specVersion, SPEC_VERSIONS)) {
    reasons.push(
      `specVersion \`${specVersion}\` is not supported, only ${SPEC_VERSIONS.join(' to ')}`,
    )
  }
  const features = asList(root.features).map(String)
  for (const feature of features) {
    if (!FEATURES.has(feature)) reasons.push(`the feature \`${feature}\` is not supported`)
  }
  const historyBlocks = readHistory(root.indexerHints as Yaml | undefined, reasons)
  if (root.graft !== undefined) reasons.push('grafting is not supported')
  const schemaFile = (root.schema as Yaml | undefined)?.file
  if (typeof schemaFile !== 'string') reasons.push('schema.file is missing')

  const dataSources = readSources(root.dataSources, 'data source', reasons)
  const templates = readSources(root.templates, 'template', reasons)
  if (asList(root.dataSources).length === 0) reasons.push('subgraph has no data sources')
  const all = [...dataSources, ...templates]
  const networks = new Set(dataSources.map((source) => source.network))
  if (networks.size > 1) {
    reasons.push('subgraph cannot index data from different Ethereum networks')
  }
  const apiVersions = new Set(all.map((source) => source.apiVersion))
  if (apiVersions.size > 1) {
    reasons.push(
      `subgraph must use a single apiVersion across its data sources. Found: ${[...apiVersions].sort().join(', ')}`,
    )
  }
  if (reasons.length > 0) throw new ManifestError(file, reasons)
  const { network } = dataSources[0]
  return {
    specVersion,
    description: asText(root.description),
    repository: asText(root.repository),
    features,
    historyBlocks,
    schemaFile: schemaFile as string,
    network,
    apiVersion: dataSources[0].apiVersion,
    dataSources,
    // Of a template, the network says nothing.
    templates: templates.map((template) => ({ ...template, network })),
  }
}

function readHistory(hints: Yaml | undefined, reasons: string[]): number | null {
  const prune = hints?.prune ?? 'never'
  if (prune === 'never') return null
  if (prune === 'auto') return AUTO_HISTORY
  const blocks = Number(prune)
  if (Number.isInteger(blocks)) return blocks
  reasons.push(`indexerHints.prune is \`${prune}\`, not \`never\`, \`auto\` or a number of blocks`)
  return null
}

function readSources(
  list: unknown,
  what: 'data source' | 'template',
  reasons: string[],
): SourceDeclaration[] {
  return asList(list).flatMap((item) => {
    const name = `${what} \`${(item as Yaml)?.name}\``
    try {
      return [readSource(item as Yaml, what, name, reasons)]
    } catch (error) {
      reasons.push(`${name}: ${(error as Error).message}`)
      return []
    }
  })
}

function readSource(
  yaml: Yaml,
  what: 'data source' | 'template',
  name: string,
  reasons: string[],
): SourceDeclaration {
  const isFile = isFileKind(String(yaml.kind), what)
  const source = (yaml.source ?? {}) as Yaml
  const mapping = (yaml.mapping ?? {}) as Yaml
  const apiVersion = String(mapping.apiVersion)
  if (/^\d+\.\d+\.\d+$/.test(apiVersion) && compareVersions(apiVersion, API_VERSIONS[1]) > 0) {
    reasons.push(
      `The maximum supported mapping API version of this indexer is ${API_VERSIONS[1]}, but \`${apiVersion}\` was found`,
    )
  } else if (!isWithin(apiVersion, API_VERSIONS)) {
    reasons.push(
      `${name}: apiVersion \`${apiVersion}\` is not supported, only ${API_VERSIONS.join(' to ')}`,
    )
  }
  if (!isFile && asList(mapping.callHandlers).length > 0) {
    reasons.push(`${name}: call handlers are not supported, as they need a tracing node`)
  }
  if (typeof mapping.file !== 'string') reasons.push(`${name}: mapping.file is missing`)
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
function isFileKind(kind: string, what: 'data source' | 'template'): boolean {
  switch (kind) {
    case 'ethereum':
    case 'ethereum/contract':
      return false
    case 'file/ipfs':
    case 'file/arweave':
      if (what === 'data source') {
        throw new Error(
          'static file data sources are not yet supported, for details see https://github.com/graphprotocol/graph-node/issues/3864',
        )
      }
      if (kind === 'file/ipfs') return true
      throw new Error(`the kind \`${kind}\` is not supported, as this host does not reach Arweave`)
    case 'subgraph':
      throw new Error('the kind `subgraph` is not supported, as this host composes no subgraphs')
    default:
      throw new Error(`${what} has invalid \`kind\`; expected ethereum, file/ipfs`)
  }
}

function readFileHandler(mapping: Yaml): FileHandlerDeclaration {
  if (typeof mapping.handler !== 'string') throw new Error('missing field `handler`')
  if (!Array.isArray(mapping.entities)) throw new Error('missing field `entities`')
  return { handler: mapping.handler, entities: mapping.entities.map(String) }
}

function readEventHandler(yaml: Yaml): EventHandlerDeclaration {
  const topics = [yaml.topic1, yaml.topic2, yaml.topic3].map((values) =>
    values === undefined ? null : asList(values).map((value) => topicText(String(value))),
  )
  return {
    event: String(yaml.event),
    handler: String(yaml.handler),
    topic0: asText(yaml.topic0)?.toLowerCase() ?? null,
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
    case 'polling': {
      const every = Number(yaml.every)
      if (!Number.isSafeInteger(every) || every < 1) {
        throw new Error(`a polling filter needs \`every\` of at least 1, not \`${yaml.every}\``)
      }
      return { kind: 'polling', every }
    }
    default:
      throw new Error(`block handlers with the filter \`${yaml.kind}\` are not supported`)
  }
}

function readAddress(value: unknown): string | null {
  if (value === undefined || value === null) return null
  if (typeof value !== 'string' || !/^(0x)?[0-9a-fA-F]{40}$/.test(value)) {
    throw new Error(`source.address must be 20 bytes as hexadecimal in quotes, not \`${value}\``)
  }
  return `0x${value.replace(/^0x/, '').toLowerCase()}`
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
  return `0x${value.replace(/^0x/, '').toLowerCase().padStart(64, '0')}`
}

function isWithin(version: string, [first, last]: readonly [string, string]): boolean {
  return (
    /^\d+\.\d+\.\d+$/.test(version) &&
    compareVersions(version, first) >= 0 &&
    compareVersions(version, last) <= 0
  )
}

function asList(value: unknown): unknown[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

function asText(value: unknown): string | null {
  return value === undefined || value === null ? null : String(value)
}
