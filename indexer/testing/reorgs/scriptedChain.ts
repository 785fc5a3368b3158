import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Interface, id, keccak256, zeroPadValue } from 'ethers'
import { LogsBloom } from '../../chain/logsBloom.ts'
import { LEDGER } from '../ledgerChain.ts'
import type { Random } from '../random.ts'

/** What a transaction's log says, wherever the transaction is mined. */
interface Event {
  readonly address: string
  readonly topics: readonly string[]
  readonly data: string
}

interface Transaction {
  readonly hash: string
  readonly type: string
  readonly events: readonly Event[]
}

/** A log as a node gives it. */
export interface ScriptedLog extends Event {
  readonly blockHash: string
  readonly blockNumber: string
  readonly transactionHash: string
  readonly transactionIndex: string
  readonly logIndex: string
  readonly removed: boolean
}

/** A block with what a node tells of it. */
export interface ScriptedBlock {
  readonly number: number
  readonly hash: string
  readonly header: Readonly<Record<string, unknown>>
  readonly transactions: readonly Readonly<Record<string, unknown>>[]
  readonly logs: readonly ScriptedLog[]
  readonly receipts: ReadonlyMap<string, Readonly<Record<string, unknown>>>
  readonly mined: readonly Transaction[]
}

/** A chain as one node sees it at one moment. */
export interface ChainView {
  /** By number. */
  readonly blocks: readonly ScriptedBlock[]
  readonly safe: number
  readonly finalized: number
}

const ABIS = ['Ledger', 'Branch'].map(
  (name) => new Interface(JSON.parse(readFileSync(join(LEDGER, 'abis', `${name}.json`), 'utf8'))),
)
const [LEDGER_ABI, BRANCH_ABI] = ABIS
const ACCOUNTS = Array.from({ length: 60 }, (_, index) => `0x${id(`account ${index}`).slice(26)}`)
/** Views that a stale node may still have. */
const REMEMBERED = 12

/**
 * A chain made of random numbers: blocks full of the ledger's events and of others', deposits, and
 * transactions of unknown types; forks on which the same transactions are mined again elsewhere.
 * Each log says something that no other log of its block says, so that the block's bloom filter
 * speaks of it.
 */
export class ScriptedChain {
  readonly ledger = `0x${id('ledger').slice(26)}`
  readonly genesisHash: string
  /** Every block that ever was, by its hash. */
  readonly byHash = new Map<string, ScriptedBlock>()
  readonly #random: Random
  readonly #views: ChainView[] = []
  #view: ChainView
  #branches: string[] = []
  #pending: Transaction[] = []
  #salt = 0

  constructor(random: Random) {
    this.#random = random
    const genesis = this.#assemble(null, [])
    this.genesisHash = genesis.hash
    this.#view = { blocks: [genesis], safe: 0, finalized: 0 }
  }

  get view(): ChainView {
    return this.#view
  }

  get head(): ScriptedBlock {
    return this.#view.blocks.at(-1) as ScriptedBlock
  }

  /** What the chain looked like a while ago; as it is now when that was never different. */
  staleView(random: Random): ChainView {
    return this.#views.length === 0 ? this.#view : random.pick(this.#views)
  }

  grow(blocks: number): void {
    const list = [...this.#view.blocks]
    for (let mined = 0; mined < blocks; mined++) list.push(this.#mine(list))
    this.#become({ ...this.#view, blocks: list })
  }

  /** Replaces the newest blocks by others, whose number may be another. */
  reorg(depth: number, blocks: number): void {
    const kept = this.#view.blocks.slice(0, -depth)
    const dropped = this.#view.blocks.slice(-depth).flatMap(({ mined }) => mined)
    this.#pending.push(...dropped.filter(() => this.#random.chance(0.7)))
    const list = [...kept]
    for (let mined = 0; mined < blocks; mined++) list.push(this.#mine(list))
    this.#become({
      blocks: list,
      finalized: this.#view.finalized,
      safe: Math.min(this.#view.safe, kept.length - 1),
    })
  }

  /** Settles the chain up to some blocks under its newest. */
  settle(safeLag: number, finalLag: number): void {
    const height = this.head.number
    const finalized = Math.max(this.#view.finalized, height - finalLag)
    const safe = Math.max(this.#view.safe, finalized, height - safeLag)
    this.#become({ ...this.#view, safe, finalized })
  }

  #become(view: ChainView): void {
    this.#views.push(this.#view)
    if (this.#views.length > REMEMBERED) this.#views.shift()
    this.#view = view
  }

  #mine(list: readonly ScriptedBlock[]): ScriptedBlock {
    const count = this.#random.chance(0.2) ? 0 : this.#random.between(1, 4)
    const fresh = Array.from({ length: count }, () => this.#transaction())
    const again = this.#pending.splice(0, this.#random.between(0, 3))
    const mined = new Set(list.slice(-80).flatMap((block) => block.mined.map(({ hash }) => hash)))
    const chosen: Transaction[] = []
    for (const transaction of [...again, ...fresh]) {
      if (mined.has(transaction.hash) || !isDistinct([...chosen, transaction])) continue
      chosen.push(transaction)
    }
    return this.#assemble(list.at(-1) as ScriptedBlock, chosen)
  }

  #transaction(): Transaction {
    const random = this.#random
    const account = () => zeroPadValue(random.pick(ACCOUNTS), 32)
    const log = (abi: Interface, address: string, name: string, values: unknown[]): Event => {
      const event = abi.getEvent(name)
      if (event === null) throw new Error(`no event ${name}`)
      return { address, ...abi.encodeEventLog(event, values) }
    }
    const make = (events: Event[]): Transaction => {
      return { hash: random.hex(32), type: random.pick(['0x0', '0x2', '0x7b']), events }
    }
    const kind = random.next()
    if (kind < 0.1) {
      const branch = random.hex(20)
      this.#branches.push(branch)
      const label = `branch ${this.#branches.length}`
      const opened = log(LEDGER_ABI, this.ledger, 'Opened', [branch, label])
      const visited = log(BRANCH_ABI, branch, 'Visited', [random.pick(ACCOUNTS), 1n])
      return make(random.chance(0.5) ? [visited, opened] : [opened])
    }
    if (kind < 0.3 && this.#branches.length > 0) {
      const count = BigInt(random.between(1, 99))
      const visitor = random.pick(ACCOUNTS)
      return make([log(BRANCH_ABI, random.pick(this.#branches), 'Visited', [visitor, count])])
    }
    if (kind < 0.4) {
      const note = `{"b": ${random.between(1, 1e9)}, "a": 1}`
      const place = [-7, random.between(0, 9), 'hill']
      const values = [random.pick(ACCOUNTS), 'weather', note, '0xdead', -5n, [1, 2], place]
      return make([log(LEDGER_ABI, this.ledger, 'Noted', values)])
    }
    if (kind < 0.43) return make([log(LEDGER_ABI, this.ledger, 'Poisoned', [0n])])
    if (kind < 0.55) {
      const topics = [id('Other(address,uint256)'), account(), random.hex(32)]
      return make([
        { address: random.chance(0.5) ? this.ledger : random.hex(20), topics, data: '0x' },
      ])
    }
    const moves = Array.from({ length: random.between(1, 2) }, () => [
      random.pick(ACCOUNTS),
      random.pick(ACCOUNTS),
      BigInt(random.between(0, 1_000)),
    ])
    return make(moves.map((values) => log(LEDGER_ABI, this.ledger, 'Moved', values)))
  }

  #assemble(parent: ScriptedBlock | null, chosen: readonly Transaction[]): ScriptedBlock {
    const number = parent === null ? 0 : parent.number + 1
    this.#salt += 1
    const hash = id(`${parent?.hash} ${this.#salt} ${this.#random.next()}`)
    const timestamp = 1_700_000_000 + number * 2
    const deposit: Transaction = { hash: keccak256(hash), type: '0x7e', events: [] }
    const all = number === 0 ? [] : [deposit, ...chosen]
    const logs: ScriptedLog[] = []
    const receipts = new Map<string, Readonly<Record<string, unknown>>>()
    const transactions = all.map((transaction, index) => {
      const place = {
        blockHash: hash,
        blockNumber: hex(number),
        transactionIndex: hex(index),
      }
      const own = transaction.events.map((event, at): ScriptedLog => {
        const logIndex = hex(logs.length + at)
        const transactionHash = transaction.hash
        return { ...event, ...place, transactionHash, logIndex, removed: false }
      })
      logs.push(...own)
      receipts.set(transaction.hash, {
        ...place,
        transactionHash: transaction.hash,
        from: ACCOUNTS[0],
        to: this.ledger,
        cumulativeGasUsed: hex(21_000 * (index + 1)),
        gasUsed: hex(21_000),
        contractAddress: null,
        logs: own,
        status: '0x1',
        type: transaction.type,
        logsBloom: LogsBloom.of(own).hex,
      })
      return { ...place, ...bodyOf(transaction, this.ledger) }
    })
    const block: ScriptedBlock = {
      number,
      hash,
      header: {
        number: hex(number),
        hash,
        parentHash: parent?.hash ?? `0x${'0'.repeat(64)}`,
        timestamp: hex(timestamp),
        sha3Uncles: id('uncles'),
        miner: ACCOUNTS[0],
        stateRoot: id(`state ${hash}`),
        transactionsRoot: id(`transactions ${hash}`),
        receiptsRoot: id(`receipts ${hash}`),
        gasUsed: hex(21_000 * all.length),
        gasLimit: hex(30_000_000),
        difficulty: '0x0',
        size: hex(600),
        baseFeePerGas: hex(7),
        logsBloom: LogsBloom.of(logs).hex,
      },
      transactions,
      logs,
      receipts,
      mined: chosen,
    }
    this.byHash.set(hash, block)
    return block
  }
}

/** Whether each log of some transactions sets a bit that no other one sets. */
function isDistinct(transactions: readonly Transaction[]): boolean {
  const events = transactions.flatMap((transaction) => transaction.events)
  return events.every((event) => {
    const others = LogsBloom.of(events.filter((other) => other !== event))
    return LogsBloom.of([event]).beyond(others) > 0
  })
}

/** A transaction's own fields: a deposit has no price and no signature, type 0x7b is of one chain. */
function bodyOf({ hash, type }: Transaction, to: string): Record<string, unknown> {
  const common = { hash, type, from: ACCOUNTS[1], to, value: '0x1', gas: hex(50_000), input: '0x' }
  if (type === '0x7e') {
    return { ...common, sourceHash: keccak256(hash), mint: '0x0', isSystemTx: false }
  }
  if (type === '0x0') return { ...common, nonce: '0x5', gasPrice: '0x9' }
  const fees = { maxFeePerGas: '0x64', maxPriorityFeePerGas: '0x2' }
  return { ...common, nonce: '0x5', gasPrice: '0x9', ...fees }
}

function hex(number: number): string {
  return `0x${number.toString(16)}`
}
