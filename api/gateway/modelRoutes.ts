import type { FastifyInstance } from 'fastify'
import type { ModelCatalogue } from './modelCatalogue.ts'

/** `GET /v1/models` in OpenAI's form: every registered model that can answer. */
export function modelRoutes(
  server: FastifyInstance,
  parts: () => { catalogue: ModelCatalogue },
): void {
  server.get('/v1/models', async () => {
    const models = await parts().catalogue.list()
    return {
      object: 'list',
      data: models.map((model) => ({
        id: `${model.alias}@${model.version}`,
        object: 'model',
        created: model.createdAt,
        owned_by: `account:${model.ownerId}`,
        tributary: {
          modelId: model.modelId.toString(),
          kind: model.kind,
          hash: `sha256:${(model.adapterHash ?? model.baseHash).slice(2)}`,
          datanets: model.snapshots.map(({ datanetId }) => datanetId),
        },
      })),
    }
  })
}
