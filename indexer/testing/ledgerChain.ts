import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Interface } from 'ethers'
import { RpcClient } from '../chain/rpcClient.ts'
import { anvilBinary } from './anvilBinary.ts'
import { freePort } from './freePort.ts'

/** The subgraph under `testdata/ledger`. */
export const LEDGER = join(import.meta.dirname, '..', 'testdata', 'ledger')

/** A local chain with the contract `Ledger` on it; blocks are mined only on demand. */
export class LedgerChain {
  readonly url: string
  readonly rpc: RpcClient
  readonly #process: ChildProcess
  #interface = new Interface([])
  #branch = new Interface([])
  accounts: string[] = []
  address = ''

  private constructor(url: string, process: ChildProcess) {
    this.url = url
    this.rpc = new RpcClient(url, { retries: 8, retryMs: 100 })
    this.#process = process
  }

  /** Starts anvil and deploys the contract in block 1. */
  static async start(): Promise<LedgerChain> {
    const port = await freePort()
    const child = spawn(
      anvilBinary(),
      ['--port', String(port), '--no-mining', '--optimism', '--slots-in-an-epoch', '2', '--silent'],
      { stdio: 'ignore' },
    )
    // A test that crashes takes its chain with it.
    process.once('exit', () => child.kill())
    const chain = new LedgerChain(`http://127.0.0.1:${port}`, child)
    await chain.#deploy()
    return chain
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.kill()
    await ended
  }

  /** Sends a transaction to the ledger, without mining it. */
  async send(method: string, args: readonly unknown[], from = 0): Promise<string> {
    return this.sendTo(this.address, this.encode(method, args), from)
  }

  /** Sends a transaction to a branch, without mining it. */
  async visit(branch: string, from = 0): Promise<string> {
    return this.sendTo(branch, this.#branch.encodeFunctionData('visit', []), from)
  }

  /** Call data of one of the ledger’s functions. */
  encode(method: string, args: readonly unknown[]): string {
    return this.#interface.encodeFunctionData(method, args)
  }

  async sendTo(to: string | null, data: string, from = 0): Promise<string> {
    const transaction = { from: this.accounts[from], data, gas: '0x200000', ...(to ? { to } : {}) }
    return this.rpc.call<string>('eth_sendTransaction', transaction)
  }

  async mine(blocks = 1): Promise<void> {
    await this.rpc.call('anvil_mine', `0x${blocks.toString(16)}`)
  }

  /** Replaces the newest blocks by as many empty ones. */
  async reorg(depth: number): Promise<void> {
    await this.rpc.call('anvil_reorg', depth, [])
  }

  async blockNumber(): Promise<number> {
    return Number(await this.rpc.call<string>('eth_blockNumber'))
  }

  async #deploy(): Promise<void> {
    const read = async (file: string) => JSON.parse(await readFile(join(LEDGER, file), 'utf8'))
    this.#interface = new Interface(await read('abis/Ledger.json'))
    this.#branch = new Interface(await read('abis/Branch.json'))
    this.accounts = await this.rpc.call<string[]>('eth_accounts')
    const hash = await this.sendTo(null, (await read('bytecode.json')).Ledger)
    await this.mine()
    const receipt = await this.rpc.call<{ contractAddress: string }>(
      'eth_getTransactionReceipt',
      hash,
    )
    this.address = receipt.contractAddress
  }
}
