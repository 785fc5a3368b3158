import type { EntityModel } from '../../schema/entityModel.ts'
import { ApiSchema } from '../api/apiSchema.ts'
import { Catalog } from '../catalog/catalog.ts'
import type { Deployment } from '../deployment.ts'

const interfaces = new WeakMap<EntityModel, { api: ApiSchema; catalogs: Map<string, Catalog> }>()

/** The generated API and the tables of a deployment, made once for each model. */
export function interfaceOf({ model, namespace }: Pick<Deployment, 'model' | 'namespace'>): {
  readonly api: ApiSchema
  readonly catalog: Catalog
} {
  let known = interfaces.get(model)
  if (!known) {
    known = { api: new ApiSchema(model), catalogs: new Map() }
    interfaces.set(model, known)
  }
  let catalog = known.catalogs.get(namespace)
  if (!catalog) {
    catalog = new Catalog(model, namespace)
    known.catalogs.set(namespace, catalog)
  }
  return { api: known.api, catalog }
}
