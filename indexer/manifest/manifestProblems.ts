import type { EntityModel } from '../schema/entityModel.ts'
import { readImports } from '../wasm/readImports.ts'
import { readSections } from '../wasm/wasmReader.ts'
import type { Manifest, SourceDeclaration } from './manifest.ts'
import type { BuiltSource } from './subgraphBuild.ts'
import { compareVersions } from './version.ts'

const LAST_API_VERSION = '0.0.9'
/** What a mapping may call only where the manifest says so. */
const IPFS = ['ipfs.cat', 'ipfs.getBlock', 'ipfs.map']

/**
 * The first thing that a manifest may not have in its version, in graph-node's words.
 *
 * @param id of the deployment.
 * @param hasHints whether the manifest has `indexerHints`.
 */
export function versionProblem(manifest: Manifest, id: string, hasHints: boolean): string | null {
  const { specVersion, dataSources } = manifest
  const isBefore = (version: string) => compareVersions(specVersion, version) < 0
  for (const { apiVersion } of dataSources) {
    if (compareVersions(apiVersion, LAST_API_VERSION) <= 0) continue
    return `The maximum supported mapping API version of this indexer is ${LAST_API_VERSION}, but \`${apiVersion}\` was found`
  }
  if (isBefore('0.0.9') && dataSources.some((source) => source.endBlock !== null)) {
    return 'Defining `endBlock` in the manifest is not supported prior to 0.0.9'
  }
  if (isBefore('1.0.0') && hasHints) return '`indexerHints` are not supported prior to 1.0.0'
  for (const source of dataSources) {
    const least = leastSpecVersion(source)
    if (!isBefore(least)) continue
    return `Subgraph \`${id}\` uses spec version ${specVersion}, but data source \`${source.name}\` requires at least version ${least}`
  }
  return null
}

/** What graph-node has against the data sources of a manifest, in its words. */
export function sourceProblems(manifest: Manifest, sources: readonly BuiltSource[]): string[] {
  const hasCalls = compareVersions(manifest.specVersion, '1.2.0') >= 0
  return sources.flatMap((source) =>
    problemsOf(source, hasCalls).map(
      (problem) => `data source ${source.name} is invalid: ${problem}`,
    ),
  )
}

/** graph-node's words for features that the subgraph makes use of and that are not declared. */
export function undeclaredFeatures(
  manifest: Manifest,
  model: EntityModel,
  sources: readonly BuiltSource[],
): string[] {
  const used = [
    ...(manifest.graft !== null ? ['grafting'] : []),
    ...(model.fulltext.length > 0 ? ['fullTextSearch'] : []),
    ...(sources.some(({ wasm }) => usesIpfs(wasm)) ? ['ipfsOnEthereumContracts'] : []),
  ]
  // Its name until specVersion 0.0.5.
  const declared = manifest.features.map((feature) =>
    feature === 'nonDeterministicIpfs' ? 'ipfsOnEthereumContracts' : feature,
  )
  const undeclared = used.filter((feature) => !declared.includes(feature))
  if (undeclared.length === 0) return []
  return [
    `The feature \`${undeclared.join(', ')}\` is used by the subgraph but it is not declared in the manifest.`,
  ]
}

function usesIpfs(wasm: Uint8Array): boolean {
  return readImports(wasm, readSections(wasm)).some(({ name }) => IPFS.includes(name))
}

function leastSpecVersion(source: SourceDeclaration): string {
  if (source.eventHandlers.some(({ topics }) => topics.some((topic) => topic?.length))) {
    return '1.2.0'
  }
  return source.blockHandlers.some(({ filter }) => filter.kind !== 'every') ? '0.0.8' : '0.0.2'
}

function problemsOf(source: BuiltSource, hasCalls: boolean): string[] {
  const { blockHandlers, eventHandlers, address, apiVersion, abis } = source
  const problems: string[] = []
  if (address === null && blockHandlers.length > 0) {
    problems.push('subgraph source address is required')
  }
  const kinds = blockHandlers.map(({ filter }) => filter.kind)
  if (kinds.includes('every') && kinds.some((kind) => kind !== 'every')) {
    problems.push(
      'data source has a combination of filtered and non-filtered block handlers that is not allowed',
    )
  }
  if (new Set(kinds).size < kinds.length) {
    problems.push('data source has duplicated block handlers')
  }
  if (compareVersions(apiVersion, '0.0.7') < 0 && eventHandlers.some(({ receipt }) => receipt)) {
    problems.push(
      'data source has event handlers that require transaction receipts, but this is only supported for apiVersion >= 0.0.7',
    )
  }
  const calling = eventHandlers.find(({ calls }) => calls.length > 0)
  if (!hasCalls && calling !== undefined) {
    problems.push(
      `handler ${calling.event}: declaring eth calls on handlers is only supported for specVersion >= 1.2.0`,
    )
  }
  for (const { contract, functionName } of eventHandlers.flatMap(({ calls }) => calls)) {
    const abi = abis.get(contract)
    if (!abi) problems.push(`No ABI entry with name \`${contract}\` found`)
    else if (!abi.functions.some(({ name }) => name === functionName)) {
      problems.push(`Unknown function "${contract}::${functionName}" called from WASM runtime`)
    }
  }
  return problems
}
