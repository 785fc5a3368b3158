import type { BlockInfo, Deployment } from '../deployment.ts'
import { cannotDecode } from '../filter/storeValue.ts'
import type { BlockConstraint } from './blockConstraint.ts'

/** The block that a group of root fields is answered at. */
export interface LocatedBlock {
  readonly number: number
  /** Null where the query named a number: graph-node does not look up its hash. */
  readonly hash: string | null
}

/** Finds the block that a constraint asks for, and checks that it can be queried. */
export async function locateBlock(
  constraint: BlockConstraint,
  deployment: Deployment,
  head: BlockInfo,
): Promise<LocatedBlock> {
  switch (constraint.kind) {
    case 'latest':
      return head
    case 'atLeast':
      if (head.number < constraint.number) {
        throw cannotDecode('block.number_gte', notYet(deployment, head, constraint.number))
      }
      return head
    case 'number':
      checkQueryable(constraint.number, deployment, head)
      return { number: constraint.number, hash: null }
    case 'hash': {
      const number = await deployment.blockByHash(constraint.hash)
      if (number === null) throw cannotDecode('block.hash', 'no block with that hash found')
      checkQueryable(number, deployment, head)
      return { number, hash: constraint.hash }
    }
  }
}

function checkQueryable(number: number, deployment: Deployment, head: BlockInfo): void {
  if (number > head.number) throw cannotDecode('block.number', notYet(deployment, head, number))
  if (number < deployment.earliestBlock) {
    throw cannotDecode(
      'block.number',
      `subgraph ${deployment.id} only has data starting at block number ` +
        `${deployment.earliestBlock} and data for block number ${number} is therefore not available`,
    )
  }
}

function notYet(deployment: Deployment, head: BlockInfo, number: number): string {
  return (
    `subgraph ${deployment.id} has only indexed up to block number ${head.number} ` +
    `and data for block number ${number} is therefore not yet available`
  )
}
