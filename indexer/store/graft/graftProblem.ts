import type { Graft } from '../../manifest/manifest.ts'
import { hasProof } from '../../poi/hasProof.ts'
import type { Queryable } from '../entityTables.ts'
import { type GraftBase, readGraftBase } from './graftBase.ts'

/** Blocks behind a base's head that a reorg may still replace: graph-node's number. */
const REORG_THRESHOLD = 250

/** Finds out why nothing can be grafted onto a deployment, in graph-node's words; or null. */
export async function graftProblem(client: Queryable, graft: Graft): Promise<string | null> {
  const base = await readGraftBase(client, graft.base)
  const problem =
    base === null ? `deployment not found: ${graft.base}` : baseProblem(base, graft.block)
  return problem && `the graft base is invalid: ${problem}`
}

function baseProblem(base: GraftBase, block: number): string | null {
  const { id, head, health, earliestBlock } = base
  const failed = (reason: string) => `failed to graft onto \`${id}\` ${reason}`
  // graph-node takes such proofs up. They are made of a hash that this host does not have.
  if (!hasProof(base)) {
    return failed(
      `since its specVersion is ${base.specVersion}: below 0.0.6 proofs of indexing are made of another hash, which this host lacks, so that they cannot be gone on with`,
    )
  }
  if (head === null) return failed('since it has not processed any blocks')
  const at = (reason: string) => failed(`at block ${block} since ${reason}`)
  if (health !== 'healthy') {
    if (block >= head) {
      return at(`it's not healthy. You can graft it starting at block ${head - 1} backwards`)
    }
  } else if (head < block) {
    return at(`it has only processed block ${head}`)
  } else if (block + REORG_THRESHOLD > head) {
    return at(
      `it's only at block ${head} which is within the reorg threshold of ${REORG_THRESHOLD} blocks`,
    )
  }
  return block < earliestBlock ? at(`its earliest available block is ${earliestBlock}`) : null
}
