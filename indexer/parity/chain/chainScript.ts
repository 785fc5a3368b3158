import type { ParityChain, Transaction } from './parityChain.ts'

/** What a chain's blocks are made of. */
export interface ChainScript {
  /**
   * The transactions of a block.
   *
   * @param branch 0 for the branch that lasts; others are taken back later.
   */
  transactions(number: number, branch: number, accounts: readonly string[]): readonly Transaction[]
}

/** A branch that is mined from a block on, looked at, and then replaced. */
interface LostBranch {
  readonly from: number
  readonly to: number
}

/** Number of the last block. */
export const LAST_BLOCK = 420

const LOST: readonly LostBranch[] = [
  { from: 81, to: 118 },
  { from: 200, to: 204 },
  { from: 261, to: 261 },
  { from: 300, to: 309 },
]

/**
 * Mines the whole chain. Where a branch is to be lost, it is mined first, and replaced by a longer
 * one once everybody has indexed it.
 *
 * @param indexed waits until everybody has indexed the chain's newest block.
 */
export async function playChain(
  chain: ParityChain,
  scripts: readonly ChainScript[],
  indexed: () => Promise<void>,
): Promise<void> {
  const mine = (number: number, branch: number) => {
    const transactions = scripts.flatMap((script) => {
      return script.transactions(number, branch, chain.accounts)
    })
    return chain.mine(transactions, branch)
  }
  let number = 1
  for (const [index, { from, to }] of LOST.entries()) {
    for (; number < from; number++) await mine(number, 0)
    const takeBack = await chain.branch()
    for (let lost = from; lost <= to; lost++) await mine(lost, index + 1)
    await indexed()
    await takeBack()
    for (; number <= to + 2; number++) await mine(number, 0)
    await indexed()
  }
  for (; number <= LAST_BLOCK; number++) await mine(number, 0)
  await indexed()
}
