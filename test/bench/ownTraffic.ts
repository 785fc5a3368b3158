import { getCreateAddress } from 'ethers'
import { script } from '../parity/ownScript.ts'
import { FORWARD_BYTECODE } from './forwardBytecode.ts'

/** Which of the chain's accounts makes the contract that puts calls together. */
const SENDER = 2
/** The script's block whose transactions make the contracts. */
const DEPLOYMENTS = 1

interface Transaction {
  readonly from: string
  readonly to: string | null
  readonly data: string
}

/** Where the contract is that puts calls together; null until it is first called. */
let forward: string | null = null
/** The script's next block, and what is left of those before. */
let next = DEPLOYMENTS + 1
let calls: Transaction[] = []

/** Events of our own contracts for the benchmark's chain, one transaction a block. */
export const traffic = {
  deployments(accounts: readonly string[]): Transaction[] {
    return [
      ...script.transactions(DEPLOYMENTS, 0, accounts),
      { from: accounts[SENDER], to: null, data: FORWARD_BYTECODE },
    ]
  },
  transactions(events: number, accounts: readonly string[]): Transaction[] {
    while (calls.length < events) calls.push(...script.transactions(next++, 0, accounts))
    const taken = calls.slice(0, events)
    calls = calls.slice(events)
    if (taken.length === 0) return []
    const from = accounts[SENDER]
    forward ??= getCreateAddress({ from, nonce: 0 })
    return [{ from, to: forward, data: `0x${taken.map(packed).join('')}` }]
  },
}

/** A call as Forward.sol reads it, as hex digits. */
function packed({ to, data }: Transaction): string {
  const length = (data.length - 2) / 2
  return `${(to as string).slice(2)}${length.toString(16).padStart(8, '0')}${data.slice(2)}`
}
