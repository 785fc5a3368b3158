import type { EntityModel } from '../schema/entityModel.ts'
import type { Manifest, SourceDeclaration } from './manifest.ts'
import { compareVersions } from './version.ts'

/**
 * What graph-node has against a manifest beside what cannot be read, in its words.
 *
 * @param id of the deployment.
 * @param hasHints whether the manifest has `indexerHints`.
 */
export function manifestProblems(manifest: Manifest, id: string, hasHints: boolean): string[] {
  const { specVersion, dataSources, templates } = manifest
  const isBefore = (version: string) => compareVersions(specVersion, version) < 0
  const problems: string[] = []
  if (isBefore('0.0.9') && dataSources.some((source) => source.endBlock !== null)) {
    problems.push('Defining `endBlock` in the manifest is not supported prior to 0.0.9')
  }
  if (isBefore('1.0.0') && hasHints) {
    problems.push('`indexerHints` are not supported prior to 1.0.0')
  }
  for (const source of [...dataSources, ...templates]) {
    const least = leastSpecVersion(source)
    if (!isBefore(least)) continue
    problems.push(
      `Subgraph \`${id}\` uses spec version ${specVersion}, but data source \`${source.name}\` requires at least version ${least}`,
    )
  }
  for (const source of dataSources) {
    for (const problem of sourceProblems(source, isBefore('1.2.0'))) {
      problems.push(`data source ${source.name} is invalid: ${problem}`)
    }
  }
  return problems
}

/** graph-node's words for a feature that the schema makes use of although it is not declared. */
export function undeclaredFeatures(manifest: Manifest, model: EntityModel): string[] {
  if (model.fulltext.length === 0 || manifest.features.includes('fullTextSearch')) return []
  return [
    'The feature `fullTextSearch` is used by the subgraph but it is not declared in the manifest.',
  ]
}

function leastSpecVersion(source: SourceDeclaration): string {
  if (source.fileHandler !== null) return '0.0.7'
  if (source.eventHandlers.some(({ topics }) => topics.some((topic) => topic !== null))) {
    return '1.2.0'
  }
  return source.blockHandlers.some(({ filter }) => filter.kind !== 'every') ? '0.0.8' : '0.0.2'
}

function sourceProblems(source: SourceDeclaration, hasNoCalls: boolean): string[] {
  const { blockHandlers, eventHandlers, address, apiVersion } = source
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
  if (hasNoCalls && calling !== undefined) {
    problems.push(
      `handler ${calling.event}: declaring eth calls on handlers is only supported for specVersion >= 1.2.0`,
    )
  }
  return problems
}
