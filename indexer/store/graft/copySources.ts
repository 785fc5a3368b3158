import type { PoolClient } from 'pg'
import type { SubgraphBuild } from '../../manifest/subgraphBuild.ts'
import type { GraftBase } from './graftBase.ts'
import { GraftError } from './graftError.ts'

/**
 * Takes over the data sources that the base's handlers had created up to a block. They are of the
 * templates of the same names, wherever these are in the manifest.
 *
 * @throws GraftError when such a template is missing, or is of another kind.
 */
export async function copySources(
  client: PoolClient,
  build: SubgraphBuild,
  namespace: string,
  base: GraftBase,
  block: number,
): Promise<void> {
  const { rows } = await client.query(
    `select manifest_idx as index, min(lower(block_range)) as created
       from ${base.namespace}."data_sources$" where lower(block_range) <= $1 group by manifest_idx`,
    [block],
  )
  const own = new Map(build.templates.map((template) => [template.name, template]))
  const indexes = rows.map(({ index, created }) => {
    const template = base.templates.find((each) => each.index === index)
    if (template === undefined) {
      throw new GraftError(
        `the source ${base.namespace} does not have a template with index ${index} but created one at block ${created}`,
      )
    }
    const taken = own.get(template.name)
    if (taken === undefined) {
      throw new GraftError(
        `the destination ${namespace} is missing a template with name ${template.name}. The source ${base.namespace} created one at block ${created}`,
      )
    }
    if ((taken.fileHandler !== null) !== template.isFile) {
      throw new GraftError(
        `the template ${template.name} of the destination ${namespace} is of another kind than that of the source ${base.namespace}, which created one at block ${created}`,
      )
    }
    return taken.index
  })
  // A file that was handled later is handled again, as what its handler wrote is not copied.
  await client.query(
    `insert into ${namespace}."data_sources$"
       (block_range, causality_region, manifest_idx, param, context, done_at)
     select int4range(lower(s.block_range), null), s.causality_region, i.own, s.param, s.context,
            case when s.done_at <= $1 then s.done_at end
       from ${base.namespace}."data_sources$" s
       join unnest($2::int[], $3::int[]) as i(base, own) on i.base = s.manifest_idx
      where lower(s.block_range) <= $1 order by s.vid`,
    [block, rows.map(({ index }) => index), indexes],
  )
}
