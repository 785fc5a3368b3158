import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Interface } from 'ethers'
import { RpcClient } from '../chain/rpcClient.ts'
import type { RpcCall } from '../chain/rpcEndpoint.ts'
import { anvilBinary } from '../testing/anvilBinary.ts'
import { freePort } from '../testing/freePort.ts'
import { WORKLOADS } from './buildWorkload.ts'

/** Blocks in a row with the same number of events. */
export interface Stretch {
  readonly blocks: number
  /** Transfers of all these blocks together. */
  readonly events: number
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

/**
 * Starts an anvil whose blocks hold transfers of one token between accounts that a seed picks.
 * The token is deployed in block 1; blocks with transfers come with {@link TokenChain.extend}.
 */
export async function startTokenChain(accounts: number): Promise<TokenChain> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn(
    anvilBinary(),
    [
      ['--port', String(port), '--silent', '--no-mining', '--order', 'fifo'],
      ['--gas-limit', '300000000', '--timestamp', '1700000000', '--slots-in-an-epoch', '1'],
    ].flat(),
    { stdio: 'ignore' },
  )
  process.once('exit', () => child.kill())
  const rpc = new RpcClient(url, { retries: 10, retryMs: 100 })
  await rpc.call('anvil_setBlockTimestampInterval', 2)
  const { abi, bytecode } = await readToken()
  const [from] = await rpc.call<string[]>('eth_accounts')
  const hash = await rpc.call<string>('eth_sendTransaction', {
    from,
    data: bytecode,
    gas: '0x200000',
  })
  await rpc.call('evm_mine')
  const receipt = await rpc.call<{ contractAddress: string }>('eth_getTransactionReceipt', hash)
  const to = receipt.contractAddress
  const names = Array.from({ length: accounts }, (_, index) =>
    abi.encodeFunctionData('account', [index]),
  )
  const answers = await rpc.callAll<string>(
    names.map((data) => ['eth_call', { to, data }, 'latest']),
  )

  let block = 1
  let nonce = 1
  const extend = async ({ blocks, events }: Stretch) => {
    const last = block + blocks
    let left = events
    for (; block < last; block++) {
      let ofBlock = Math.round(left / (last - block))
      left -= ofBlock
      const calls: RpcCall[] = []
      for (; ofBlock > 0; ofBlock -= PER_TRANSACTION) {
        const count = Math.min(PER_TRANSACTION, ofBlock)
        const data = abi.encodeFunctionData('move', [nonce, count, accounts])
        const gas = '0x100000'
        // The node answers a batch's requests all at once, so that it must be told their order.
        calls.push(['eth_sendTransaction', { from, to, data, gas, nonce: hex(nonce++) }])
      }
      await rpc.callAll(calls)
      await rpc.call('evm_mine')
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
