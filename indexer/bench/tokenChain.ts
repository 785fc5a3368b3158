import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Interface } from 'ethers'
import { RpcClient } from '../chain/rpcClient.ts'
import type { RpcCall } from '../chain/rpcEndpoint.ts'
import { anvilBinary } from '../testing/anvilBinary.ts'
import { freePort } from '../testing/freePort.ts'
import { WORKLOADS } from './buildWorkload.ts'
import type { Traffic, Transaction } from './traffic.ts'

/** Blocks in a row with the same number of events. */
export interface Stretch {
  readonly blocks: number
  /** Transfers of all these blocks together. */
  readonly events: number
  /** Other contracts, which are made before these blocks, and the events of theirs. */
  readonly other?: { readonly traffic: Traffic; readonly events: number }
}

/** A local chain with one token on it. */
export interface TokenChain {
  readonly url: string
  /** The token's address. */
  readonly address: string
  /** Those that hold the token, as ids of a subgraph. */
  readonly accounts: readonly string[]
  /** Mines further blocks; the number of the last. */
  extend(stretch: Stretch): Promise<number>
  stop(): Promise<void>
}

/** Transfers of one transaction. */
const PER_TRANSACTION = 5

const FLAGS = [
  ['--silent', '--no-mining', '--order', 'fifo', '--gas-limit', '300000000'],
  ['--timestamp', '1700000000', '--slots-in-an-epoch', '1'],
  // Later forks keep each block's hash in a contract, whose state is hashed anew with every block.
  ['--hardfork', 'cancun'],
  // Else the state after each block is kept, first in memory and then in files.
  ['--prune-history'],
].flat()

/**
 * Starts an anvil whose blocks hold transfers of one token between accounts that a seed picks.
 * The token is deployed in block 1; blocks with transfers come with {@link TokenChain.extend}.
 */
export async function startTokenChain(accounts: number): Promise<TokenChain> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn(anvilBinary(), ['--port', String(port), ...FLAGS], { stdio: 'ignore' })
  process.once('exit', () => child.kill())
  const rpc = new RpcClient(url, { retries: 10, retryMs: 100 })
  await rpc.call('anvil_setBlockTimestampInterval', 2)
  const { abi, bytecode } = await readToken()
  const senders = await rpc.call<string[]>('eth_accounts')
  const [from] = senders
  const nonces = new Map<string, number>()
  // The node answers a batch's requests all at once, so that it must be told their order.
  const send = (transaction: Transaction): RpcCall => {
    const nonce = nonces.get(transaction.from) ?? 0
    nonces.set(transaction.from, nonce + 1)
    const { to, ...rest } = transaction
    const given = { ...rest, ...(to === null ? {} : { to }), gas: '0x400000', nonce: hex(nonce) }
    return ['eth_sendTransaction', given]
  }
  const mine = async (transactions: readonly Transaction[]): Promise<string[]> => {
    const hashes = await rpc.callAll<string>(transactions.map(send))
    await rpc.call('evm_mine')
    return hashes
  }
  const [hash] = await mine([{ from, to: null, data: bytecode }])
  const receipt = await rpc.call<{ contractAddress: string }>('eth_getTransactionReceipt', hash)
  const to = receipt.contractAddress
  const names = Array.from({ length: accounts }, (_, index) =>
    abi.encodeFunctionData('account', [index]),
  )
  const answers = await rpc.callAll<string>(
    names.map((data) => ['eth_call', { to, data }, 'latest']),
  )

  let block = 1
  let seed = 1
  const extend = async ({ blocks, events, other }: Stretch) => {
    if (other !== undefined) {
      await mine(other.traffic.deployments(senders))
      block += 1
    }
    const last = block + blocks
    let left = events
    let otherLeft = other?.events ?? 0
    for (; block < last; block++) {
      const transactions: Transaction[] = []
      let ofBlock = Math.round(left / (last - block))
      left -= ofBlock
      for (; ofBlock > 0; ofBlock -= PER_TRANSACTION) {
        const count = Math.min(PER_TRANSACTION, ofBlock)
        const data = abi.encodeFunctionData('move', [seed++, count, accounts])
        transactions.push({ from, to, data })
      }
      const ofOther = Math.round(otherLeft / (last - block))
      otherLeft -= ofOther
      if (other !== undefined) transactions.push(...other.traffic.transactions(ofOther, senders))
      await mine(transactions)
    }
    return block
  }
  return {
    url,
    address: to,
    accounts: answers.map((answer) => `0x${answer.slice(-40)}`),
    extend,
    stop: () => stop(child),
  }
}

async function readToken(): Promise<{ abi: Interface; bytecode: string }> {
  const read = async (file: string) => JSON.parse(await readFile(join(WORKLOADS, file), 'utf8'))
  return {
    abi: new Interface(await read('abis/Token.json')),
    bytecode: (await read('bytecode.json')).Token,
  }
}

function hex(value: number): string {
  return `0x${value.toString(16)}`
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill()
  await ended
}
