import { getCreateAddress, Interface } from 'ethers'
import { script } from '../parity/ownScript.ts'
import { FORWARD_BYTECODE } from './forwardBytecode.ts'

const FORWARD = new Interface(['function all(address[] targets, bytes[] calls)'])
/** Which of the chain's accounts makes the contract that puts calls together. */
const SENDER = 2
/** The script's block whose transactions make the contracts. */
const DEPLOYMENTS = 1

interface Transaction {
  readonly from: string
  readonly to: string | null
  readonly data: string
}

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
    const targets = taken.map(({ to }) => to)
    const data = FORWARD.encodeFunctionData('all', [targets, taken.map(({ data }) => data)])
    return [{ from, to: getCreateAddress({ from, nonce: 0 }), data }]
  },
}
