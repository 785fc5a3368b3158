import { bytesToHex, hexToBytes } from '../values/hex.ts'
import { parseDeclaredCall, TupleAccessError } from './declaredCall.ts'
import type { RawEventHandler, RawManifest, RawSource } from './rawManifest.ts'
import { compareVersions } from './version.ts'

const SPEC_VERSIONS = ['0.0.4', '1.3.0'] as const

/** Kinds of data sources by what comes before a `/`; graph-node tells a chain by the first one. */
const KINDS = ['ethereum', 'subgraph', 'amp']

/** With the backslash and the line break that graph-node has in it. */
const STATIC_FILE =
  'static file data sources are not yet supported, \\\n                     ' +
  'for details see https://github.com/graphprotocol/graph-node/issues/3864'

/**
 * What keeps a manifest from being looked at at all, in graph-node's words; checked before its shape
 * is, as the first data source says by which chain's rules.
 */
export function kindProblem(yaml: unknown): string | null {
  const sources = (yaml as { dataSources?: unknown } | null)?.dataSources
  const kind = Array.isArray(sources) ? (sources[0] as { kind?: unknown } | null)?.kind : null
  if (typeof kind !== 'string') return 'invalid manifest'
  const [chain] = kind.split('/')
  return KINDS.includes(chain) ? null : `unknown blockchain kind ${chain}`
}

/** The first thing that a manifest names and that cannot be found or understood. */
export function resolutionProblem(manifest: RawManifest, deployment: string): string | null {
  const { specVersion, schema, dataSources, templates } = manifest
  const [first, last] = SPEC_VERSIONS
  if (compareVersions(specVersion, first) < 0 || compareVersions(specVersion, last) > 0) {
    return (
      `This host only supports manifest spec versions between ${first} and ${last}, ` +
      `but subgraph \`${deployment}\` uses \`${specVersion}\``
    )
  }
  if (!schema) return 'subgraph schema is required'
  for (const [index, source] of dataSources.entries()) {
    if (source.kind.startsWith('file/')) return STATIC_FILE
    const problem = isOnChain(source) ? sourceProblem(source, specVersion) : null
    if (problem !== null) return `failed to resolve data source at index ${index}: ${problem}`
  }
  for (const template of templates ?? []) {
    const problem = isOnChain(template) ? mappingProblem(template, specVersion) : null
    if (problem !== null) {
      return `failed to resolve data source template ${template.name}: ${problem}`
    }
  }
  return null
}

function isOnChain({ kind }: RawSource): boolean {
  return kind.startsWith('ethereum')
}

function sourceProblem(source: RawSource, specVersion: string): string | null {
  const problem = mappingProblem(source, specVersion)
  const { address, abi, startBlock } = source.source
  if (problem !== null) {
    const bytes = address === undefined ? null : hexToBytes(address)
    const shown = bytes ? `Some(${bytesToHex(bytes)})` : 'None'
    return `failed to resolve data source ${source.name} with source_address ${shown} and source_start_block ${startBlock ?? 0}: ${problem}`
  }
  if (source.mapping.abis.some(({ name }) => name === abi)) return null
  return `data source \`${source.name}\`: No ABI entry with name \`${abi}\` found`
}

function mappingProblem({ mapping }: RawSource, specVersion: string): string | null {
  const { apiVersion, abis, eventHandlers } = mapping
  if (!/^\d+\.\d+\.\d+$/.test(apiVersion)) return `\`${apiVersion}\` is no version such as 0.0.9`
  for (const handler of eventHandlers ?? []) {
    if (abis.length === 0) {
      return `No ABI found for event '${handler.event}' in event handler '${handler.handler}'`
    }
    const problem = callProblem(handler, specVersion)
    if (problem !== null) return problem
  }
  return null
}

function callProblem({ calls, event }: RawEventHandler, specVersion: string): string | null {
  for (const [label, expression] of Object.entries(calls ?? {})) {
    try {
      parseDeclaredCall(label, expression)
    } catch (error) {
      const { message } = error as Error
      if (!(error instanceof TupleAccessError)) return message
      return `${message}, current version is ${specVersion}. Event: '${event}'`
    }
  }
  return null
}
