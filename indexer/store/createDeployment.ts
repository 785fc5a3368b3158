import type { PoolClient } from 'pg'
import { BLOCK_NUMBER_MAX } from '../layout/blockNumberMax.ts'
import { createProofTable, createTables, postponedIndexes } from '../layout/ddl.ts'
import { firstStartBlock } from '../manifest/firstStartBlock.ts'
import type { SubgraphBuild } from '../manifest/subgraphBuild.ts'
import { copyGraft, type ReadBlock } from './graft/copyGraft.ts'
import { createOwnTables } from './metadata.ts'

/**
 * Makes the tables of a build and the record of its deployment, with the state of the deployment
 * that it is grafted onto, if it is.
 *
 * @param readBlock brings the chain's block at which it is grafted.
 * @returns its number.
 * @throws ManifestError, GraftError when it cannot be grafted.
 */
export async function createDeployment(
  client: PoolClient,
  build: SubgraphBuild,
  readBlock: ReadBlock,
): Promise<number> {
  const { manifest } = build
  const { rows } = await client.query(
    `insert into public.deployment_schemas (id, subgraph, name, network)
     select n, $1, 'sgd' || n, $2
       from nextval(pg_get_serial_sequence('public.deployment_schemas', 'id')) as n
     returning id, name`,
    [build.id, manifest.network],
  )
  const { id, name } = rows[0]
  await client.query(`create schema ${name}`)
  const layout = { withCausalityRegion: build.fileTypes }
  const postponed = new Set(postponedIndexes(build.model, name, layout))
  for (const statement of createTables(build.model, name, layout)) {
    if (!postponed.has(statement)) await client.query(statement)
  }
  for (const statement of createProofTable(build.model, name)) await client.query(statement)
  for (const statement of createOwnTables(name)) await client.query(statement)
  // The state before the first block can be asked for too: there is nothing in it yet.
  const startBlock = Math.max(firstStartBlock(manifest.dataSources) - 1, 0)
  await client.query('insert into subgraphs.head (id) values ($1)', [id])
  await client.query(
    'insert into subgraphs.deployment (id, subgraph, earliest_block_number) values ($1, $2, $3)',
    [id, build.id, startBlock],
  )
  await client.query(
    `insert into subgraphs.subgraph_manifest
       (id, spec_version, description, repository, schema, features, start_block_number, raw_yaml,
        entities_with_causality_region, history_blocks)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      id,
      manifest.specVersion,
      manifest.description,
      manifest.repository,
      build.sdl,
      manifest.features,
      startBlock,
      build.manifestText,
      [...build.fileTypes],
      manifest.historyBlocks ?? BLOCK_NUMBER_MAX,
    ],
  )
  if (manifest.graft !== null) await copyGraft(client, build, id, manifest.graft, readBlock)
  return id
}
