import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonRpcProvider, TransactionReceipt } from 'ethers'
import { SendError, type Sending, sendAll } from './sendAll.ts'

const sending = (what: string): Sending => ({
  what,
  wallet: { address: `0x${what}`, signTransaction: async () => what },
  request: {},
})

/** A chain that takes a transaction with the status that its name says, after some looks. */
function chain(looks: number): JsonRpcProvider {
  let looked = 0
  return {
    getNetwork: async () => ({ chainId: 1n }),
    getFeeData: async () => ({}),
    getTransactionCount: async () => 0,
    broadcastTransaction: async (signed: string) => ({ hash: signed }),
    async getTransactionReceipt(hash: string) {
      looked++
      if (hash === 'lost' || looked <= looks) return null
      return { status: hash === 'good' ? 1 : 0 } as TransactionReceipt
    },
    getTransaction: async (hash: string) => (hash === 'lost' ? null : {}),
  } as unknown as JsonRpcProvider
}

test('waits for what the chain knows, however many looks it takes', async () => {
  await sendAll(chain(6), [sending('good')])
})

test('a transaction that was refused is an error with its name', async () => {
  await assert.rejects(sendAll(chain(0), [sending('bad')]), (error: SendError) => {
    return error instanceof SendError && error.message === 'bad was refused on chain (bad)'
  })
})

test('what a restarted chain has lost is not waited for', async () => {
  await sendAll(chain(0), [sending('good'), sending('lost')])
})
