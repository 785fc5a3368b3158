import type { Money } from './readMoney.ts'

/** What keeps three sources from agreeing, in words; empty when they agree to the wei. */
export function checkMoney(money: Money): string[] {
  const problems: string[] = []
  const { ledgerWei, subgraphWei, contractWei, feeWei } = money
  if (ledgerWei !== feeWei) {
    problems.push(`fees are ${feeWei} wei, but the ledger's lines sum to ${ledgerWei}`)
  }
  if (subgraphWei !== contractWei) {
    problems.push(`the subgraph saw ${subgraphWei} wei paid, the contract paid ${contractWei}`)
  }
  if (ledgerWei !== contractWei) {
    problems.push(`the ledger holds ${ledgerWei} wei, the contract paid ${contractWei}`)
  }
  return problems
}
