import { load } from 'js-yaml'
import type { EntityModel } from '../../schema/entityModel.ts'
import { parseSchema } from '../../schema/parseSchema.ts'
import type { Queryable } from '../entityTables.ts'

/** What the templates of a manifest are called, and whether they are of files. */
export interface NamedTemplate {
  /** Place in the manifest: data sources first, then templates. */
  readonly index: number
  readonly name: string
  readonly isFile: boolean
}

/** A deployment that another one may be grafted onto, as the database has it. */
export interface GraftBase {
  readonly id: string
  readonly number: number
  /** Postgres schema of its tables. */
  readonly namespace: string
  readonly specVersion: string
  readonly model: EntityModel
  /** Entity types whose tables tell causality regions apart. */
  readonly fileTypes: ReadonlySet<string>
  readonly templates: readonly NamedTemplate[]
  /** Number of the last block whose changes are stored; null before the first. */
  readonly head: number | null
  readonly health: 'healthy' | 'unhealthy' | 'failed'
  /** The first block whose state is kept. */
  readonly earliestBlock: number
}

/** Reads what there is of a deployment, or null when it was never deployed here. */
export async function readGraftBase(client: Queryable, id: string): Promise<GraftBase | null> {
  const { rows } = await client.query(
    `select s.id as number, s.name as namespace, m.spec_version as "specVersion", m.schema,
            m.raw_yaml as yaml, m.entities_with_causality_region as "fileTypes",
            h.block_number as head, d.health, d.earliest_block_number as "earliestBlock"
       from public.deployment_schemas s
       join subgraphs.subgraph_manifest m using (id) join subgraphs.head h using (id)
       join subgraphs.deployment d using (id)
      where s.subgraph = $1`,
    [id],
  )
  if (rows.length === 0) return null
  const { schema, yaml, fileTypes, ...others } = rows[0]
  return {
    ...others,
    id,
    model: parseSchema(schema, others.specVersion),
    fileTypes: new Set(fileTypes),
    templates: templatesOf(yaml),
  }
}

interface NamedSource {
  readonly name: string
  readonly kind: string
}

function templatesOf(manifestText: string): NamedTemplate[] {
  const { dataSources, templates } = load(manifestText) as {
    readonly dataSources: readonly NamedSource[]
    readonly templates?: readonly NamedSource[] | null
  }
  return (templates ?? []).map(({ name, kind }, place) => ({
    index: dataSources.length + place,
    name,
    isFile: kind.startsWith('file/'),
  }))
}
