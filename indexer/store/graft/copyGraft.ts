import type { PoolClient } from 'pg'
import { quoteIdentifier } from '../../layout/quoteIdentifier.ts'
import type { Graft } from '../../manifest/manifest.ts'
import { ManifestError } from '../../manifest/manifestError.ts'
import type { SubgraphBuild } from '../../manifest/subgraphBuild.ts'
import { bytea } from '../bytea.ts'
import { lockDeployment } from '../dropDeployment.ts'
import { type BlockTime, RollUps } from '../rollUps.ts'
import type { StoredBlock } from '../writeBatch.ts'
import { copiedTables, copyProblems } from './copyProblems.ts'
import { copySources } from './copySources.ts'
import { copyTable } from './copyTable.ts'
import { type GraftBase, readGraftBase } from './graftBase.ts'
import { GraftError } from './graftError.ts'
import { graftProblem } from './graftProblem.ts'

/** Brings a block of the chain by its number. */
export type ReadBlock = (number: number) => Promise<StoredBlock>

/**
 * Fills a deployment that was just made with the state of the one that it is grafted onto, after
 * the graft's block; within the caller's transaction. The base may be indexed meanwhile.
 *
 * @param number of the new deployment.
 * @throws ManifestError when the base is not fit for it.
 * @throws GraftError when its data is not.
 */
export async function copyGraft(
  client: PoolClient,
  build: SubgraphBuild,
  number: number,
  graft: Graft,
  readBlock: ReadBlock,
): Promise<void> {
  // Nobody drops it until its rows are copied.
  await lockDeployment(client, graft.base)
  const problem = await graftProblem(client, graft)
  if (problem !== null) throw new ManifestError('subgraph.yaml', [problem])
  const base = (await readGraftBase(client, graft.base)) as GraftBase
  const block = await readBlock(graft.block)
  const before = await lastBlock(client, base, graft.block)
  await checkChain(base, before, block, readBlock)

  const target = { model: build.model, namespace: `sgd${number}` }
  const incompatible = copyProblems(target, base)
  if (incompatible.length > 0) {
    throw new GraftError(
      `The subgraph \`${base.namespace}\` cannot be used as the graft base for \`${target.namespace}\` because the schemas are incompatible:\n    - ${incompatible.join('\n    - ')}`,
    )
  }
  const sources = new Map(copiedTables(base.model).map((table) => [table.name, table]))
  for (const table of copiedTables(target.model)) {
    const source = sources.get(table.name)
    if (source === undefined) continue
    await copyTable(
      client,
      { ...target, table, hasRegions: build.fileTypes.has(table.type.name) },
      { ...base, table: source, hasRegions: base.fileTypes.has(source.type.name) },
      graft.block,
    )
    // The planner knows nothing yet of a table that was filled at once.
    await client.query(`analyze ${target.namespace}.${quoteIdentifier(table.name)}`)
  }
  await copySources(client, build, target.namespace, base, graft.block)
  await copyErrors(client, build.id, base.id, graft.block)
  await copyBlocks(client, target.namespace, base.namespace, block)
  // Nothing is copied of a bucket that the base filled at a later block.
  if (before !== null) await new RollUps(build.model, target.namespace).run(client, before, [block])
  await putHead(client, number, base, block)
  await checkUnchanged(client, base, graft.block, before)
}

/** A block that a deployment stands on. */
interface LastBlock extends BlockTime {
  readonly hash: string
}

/** The last one up to a block of the chain. */
async function lastBlock(
  client: PoolClient,
  { namespace }: GraftBase,
  block: number,
): Promise<LastBlock | null> {
  const { rows } = await client.query(
    `select number, '0x' || encode(hash, 'hex') as hash, timestamp from ${namespace}."blocks$"
      where number <= $1 order by number desc limit 1`,
    [block],
  )
  return rows.length === 0 ? null : { ...rows[0], timestamp: BigInt(rows[0].timestamp) }
}

/** A base that has failed or is paused does not see how the chain is reorganized. */
async function checkChain(
  base: GraftBase,
  last: LastBlock | null,
  block: StoredBlock,
  readBlock: ReadBlock,
): Promise<void> {
  if (last === null) return
  const { hash } = last.number === block.number ? block : await readBlock(last.number)
  if (hash === last.hash) return
  throw new GraftError(
    `\`${base.id}\` cannot be the graft base: it stands on block ${last.number} with hash ${last.hash}, but the chain's is ${hash}; let it index the chain as it is, or graft at a block before`,
  )
}

/** While rows were copied the base may have been pruned, or have gone back. */
async function checkUnchanged(
  client: PoolClient,
  base: GraftBase,
  block: number,
  before: LastBlock | null,
): Promise<void> {
  const { rows } = await client.query(
    `select d.earliest_block_number as earliest, h.block_number as head
       from subgraphs.deployment d join subgraphs.head h using (id) where d.id = $1`,
    [base.number],
  )
  const { earliest, head } = rows[0]
  const last = await lastBlock(client, base, block)
  if (earliest <= block && head !== null && head >= block && last?.hash === before?.hash) return
  throw new GraftError(
    `the graft base \`${base.id}\` has lost its state at block ${block} while it was copied, by a reorg or by pruning: deploy again`,
  )
}

/** Errors of handlers that were skipped: queries tell of them, the deployment's health does not. */
async function copyErrors(
  client: PoolClient,
  id: string,
  base: string,
  block: number,
): Promise<void> {
  await client.query(
    `insert into subgraphs.subgraph_error
       (id, subgraph_id, message, block_hash, handler, block_range, deterministic)
     select gen_random_uuid()::text, $1, message, block_hash, handler, block_range, deterministic
       from subgraphs.subgraph_error where subgraph_id = $2 and lower(block_range) <= $3
      order by vid`,
    [id, base, block],
  )
}

async function copyBlocks(
  client: PoolClient,
  namespace: string,
  base: string,
  { number, hash, parentHash, timestamp }: StoredBlock,
): Promise<void> {
  await client.query(
    `insert into ${namespace}."blocks$" (number, hash, parent_hash, timestamp)
     select number, hash, parent_hash, timestamp from ${base}."blocks$" where number <= $1`,
    [number],
  )
  await client.query(
    `insert into ${namespace}."blocks$" (number, hash, parent_hash, timestamp)
     values ($1, $2, $3, $4) on conflict (number) do nothing`,
    [number, bytea(hash), bytea(parentHash), timestamp.toString()],
  )
}

/** How many blocks' state is kept goes over from the base, as in graph-node. */
async function putHead(
  client: PoolClient,
  id: number,
  base: GraftBase,
  { number, hash }: StoredBlock,
): Promise<void> {
  await client.query('update subgraphs.head set block_number = $2, block_hash = $3 where id = $1', [
    id,
    number,
    bytea(hash),
  ])
  await client.query(
    `update subgraphs.deployment
        set graft_base = $2, graft_block_number = $3, graft_block_hash = $4,
            earliest_block_number = $5
      where id = $1`,
    [id, base.id, number, bytea(hash), base.earliestBlock],
  )
  await client.query(
    `update subgraphs.subgraph_manifest m set history_blocks = b.history_blocks
       from subgraphs.subgraph_manifest b where m.id = $1 and b.id = $2`,
    [id, base.number],
  )
}
