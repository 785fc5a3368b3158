import { type ChildProcess, spawn } from 'node:child_process'
import { RpcClient } from '../../chain/rpcClient.ts'
import { anvilBinary } from '../../testing/anvilBinary.ts'
import { freePort } from '../../testing/freePort.ts'

/** Time of block 0, and seconds between blocks: an hour has six, so that days come and go. */
const GENESIS = 1_700_000_000
const BLOCK_SECONDS = 600

/** A transaction to be sent; a contract is made where `to` is null. */
export interface Transaction {
  readonly from: string
  readonly to: string | null
  readonly data: string
}

/**
 * A local chain whose blocks are the same at every run, hashes included: nothing is mined but by
 * {@link mine}, which says the block's time.
 */
export class ParityChain {
  readonly url: string
  readonly accounts: readonly string[]
  readonly #rpc: RpcClient
  readonly #process: ChildProcess

  private constructor(
    url: string,
    rpc: RpcClient,
    child: ChildProcess,
    accounts: readonly string[],
  ) {
    this.url = url
    this.#rpc = rpc
    this.#process = child
    this.accounts = accounts
  }

  static async start(): Promise<ParityChain> {
    const url = `http://127.0.0.1:${await freePort()}`
    const flags = ['--no-mining', '--order', 'fifo', '--optimism', '--silent', '--accounts', '10']
    const child = spawn(
      anvilBinary(),
      [
        ...flags,
        ...['--port', new URL(url).port],
        ...['--timestamp', String(GENESIS)],
        ...['--gas-limit', '300000000'],
      ],
      { stdio: 'ignore' },
    )
    // A run that crashes takes its chain with it.
    process.once('exit', () => child.kill())
    const rpc = new RpcClient(url, { retries: 8, retryMs: 100 })
    return new ParityChain(url, rpc, child, await rpc.call<string[]>('eth_accounts'))
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.kill()
    await ended
  }

  /**
   * Makes the next block of the transactions.
   *
   * @param late seconds by which it differs from the block of that number on another branch.
   */
  async mine(transactions: readonly Transaction[], late = 0): Promise<void> {
    const { number } = await this.head()
    for (const { from, to, data } of transactions) {
      const transaction = { from, data, gas: '0x989680', ...(to ? { to } : {}) }
      await this.#rpc.call('eth_sendTransaction', transaction)
    }
    await this.#rpc.call('evm_setNextBlockTimestamp', GENESIS + (number + 1) * BLOCK_SECONDS + late)
    await this.#rpc.call('evm_mine')
  }

  /** Remembers the newest block; the function takes the chain back to it. */
  async branch(): Promise<() => Promise<void>> {
    const snapshot = await this.#rpc.call<string>('evm_snapshot')
    return async () => {
      await this.#rpc.call('evm_revert', snapshot)
    }
  }

  async head(): Promise<{ number: number; hash: string }> {
    return this.block('latest')
  }

  async block(tag: number | 'latest'): Promise<{ number: number; hash: string }> {
    const name = tag === 'latest' ? tag : `0x${tag.toString(16)}`
    const block = await this.#rpc.call<{ number: string; hash: string }>(
      'eth_getBlockByNumber',
      name,
      false,
    )
    return { number: Number(block.number), hash: block.hash }
  }
}
