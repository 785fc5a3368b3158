import type { DeploymentFeatures } from '../graphql/deployment.ts'
import type { SubgraphBuild } from '../manifest/readBuild.ts'

/** What a build makes use of, in graph-node's words. */
export function deploymentFeatures(build: SubgraphBuild): DeploymentFeatures {
  const { manifest, model, dataSources, templates } = build
  const features = [...manifest.features]
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
  const kinds = new Set([...dataSources, ...templates].map(() => 'ethereum/contract'))
  return {
    apiVersion: manifest.apiVersion,
    specVersion: manifest.specVersion,
    features,
    dataSources: [...kinds],
    handlers: [...handlers],
    network: manifest.network,
  }
}
