import { load } from 'js-yaml'
import type { DeploymentFeatures } from '../graphql/deployment.ts'
import type { SubgraphBuild } from '../manifest/subgraphBuild.ts'

/** What a build makes use of, in graph-node's words. */
export function deploymentFeatures(build: SubgraphBuild): DeploymentFeatures {
  const { manifest, model, dataSources } = build
  const features = [...manifest.features]
  const declaresCalls = dataSources.some((source) => {
    return source.eventHandlers.some((handler) => handler.calls.length > 0)
  })
  if (declaresCalls) features.push('declaredEthCalls')
  if (model.aggregations.length > 0) features.push('aggregations')
  if (model.entities.some((type) => type.immutable)) features.push('immutableEntities')
  if (model.entities.some((type) => type.idType === 'Bytes')) features.push('bytesAsIds')
  const handlers = new Set<string>()
  for (const source of dataSources) {
    if (source.eventHandlers.length > 0) handlers.add('event')
    for (const { filter } of source.blockHandlers) {
      handlers.add(filter.kind === 'every' ? 'block' : `block_filter_${filter.kind}`)
    }
  }
  return {
    apiVersion: manifest.apiVersion,
    specVersion: manifest.specVersion,
    features,
    dataSources: kindsOf(build.manifestText),
    handlers: [...handlers],
    network: manifest.network,
  }
}

/** The kinds of data sources and templates, as the manifest spells them. */
function kindsOf(manifestText: string): string[] {
  const { dataSources, templates } = load(manifestText) as Record<string, Sourced[] | null>
  return [...new Set([...(dataSources ?? []), ...(templates ?? [])].map(({ kind }) => kind))]
}

interface Sourced {
  readonly kind: string
}
