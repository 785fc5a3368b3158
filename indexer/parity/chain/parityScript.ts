import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getCreateAddress, Interface, keccak256, toUtf8Bytes } from 'ethers'
import { Random } from '../../testing/random.ts'
import type { ChainScript } from './chainScript.ts'
import type { Transaction } from './parityChain.ts'
import { PUBLISHED } from './publishedFiles.ts'

const FOLDER = join(import.meta.dirname, '..', '..', 'testdata', 'parity', 'contracts')
const BYTECODE: Record<string, string> = readJson('bytecode.json')
const ABI = {
  Emitter: new Interface(readJson('abis/Emitter.json')),
  Coin: new Interface(readJson('abis/Coin.json')),
  Card: new Interface(readJson('abis/Card.json')),
  Factory: new Interface(readJson('abis/Factory.json')),
  Pair: new Interface(readJson('abis/Pair.json')),
  Governor: new Interface(readJson('abis/Governor.json')),
}
type Contract = keyof typeof ABI

const WORDS =
  'apple Apple banana 100% under_score Ünïcode ΣΙΓΜΑ emoji😀 run runs running quick brown fox ' +
  "x'y \\back 東京 Zebra zebra the 0 -1 a%b"
const SYMBOLS = ['GOLD', 'SILVER', 'TIN']
const ZERO = `0x${'00'.repeat(20)}`
/** Blocks with an event at which the failing cases fail. */
const FAILS: ReadonlyMap<number, number> = new Map([
  [330, 7],
  [340, 8],
])
/** Nobody writes between these, so that hours and days without anything pass. */
const QUIET = { from: 130, to: 155 }

/** Transactions to the contracts of the cases, chosen by seed. */
export class ParityScript implements ChainScript {
  #pairs = 0
  /** Pairs made on branches that last, with the block that made them. */
  readonly #pairBlocks: number[] = []

  transactions(number: number, branch: number, accounts: readonly string[]): Transaction[] {
    const [owner] = accounts
    const address = (nonce: number) => getCreateAddress({ from: owner, nonce })
    const [emitter, gold, silver, card, factory, governor] = [0, 1, 2, 3, 4, 5].map(address)
    if (number === 1) return deployments(owner)
    if (number >= QUIET.from && number <= QUIET.to) return []

    const random = new Random(number * 16 + branch)
    const sent: Transaction[] = []
    const send = (contract: Contract, to: string, method: string, args: readonly unknown[]) => {
      const data = ABI[contract].encodeFunctionData(method, args)
      sent.push({ from: random.pick(accounts), to, data })
    }
    const words = () => Array.from({ length: 1 + random.below(4) }, () => random.pick(ALL_WORDS))
    const id = () => `k${random.below(40)}`

    if (random.chance(0.6)) {
      const data = randomHex(random, random.below(12))
      send('Emitter', emitter, 'put', [
        id(),
        someNumber(random),
        words().join(' '),
        data,
        random.below(256),
      ])
    }
    if (random.chance(0.1)) {
      const ids = Array.from({ length: 2 + random.below(3) }, id)
      const text = words().join(' ')
      send('Emitter', emitter, 'putMany', [
        ids,
        someNumber(random),
        text,
        '0x01',
        random.below(256),
      ])
    }
    if (random.chance(0.12)) send('Emitter', emitter, 'drop', [id()])
    for (let ticks = random.below(3); ticks > 0; ticks--) {
      const price = random.below(20_000) - 4_000
      send('Emitter', emitter, 'tick', [random.pick(SYMBOLS), price, random.below(1_000_000)])
    }
    if (random.chance(0.15)) {
      const place = () => [
        random.below(1000) - 500,
        random.below(1e9) - 5e8,
        random.pick(ALL_WORDS),
      ]
      const places = Array.from({ length: random.below(3) }, place)
      send('Emitter', emitter, 'tag', [
        random.below(10),
        random.pick(ALL_WORDS),
        place(),
        places,
        [-1, random.below(100), 32767],
      ])
    }
    const token = random.pick([gold, silver])
    if (random.chance(0.25)) {
      send('Coin', token, 'mint', [random.pick(accounts), 10n ** BigInt(random.below(24))])
    }
    if (random.chance(0.4)) {
      send('Coin', token, 'transfer', [random.pick([...accounts, ZERO]), random.below(3)])
    }
    if (random.chance(0.1))
      send('Coin', token, 'approve', [random.pick(accounts), random.below(99)])
    if (random.chance(0.2)) {
      const to = random.pick([...accounts, ...accounts, ...accounts, ZERO])
      send('Card', card, 'mint', [to, random.below(25)])
    }
    if (random.chance(0.1)) {
      send('Card', card, 'approve', [random.pick(accounts), random.below(25)])
    }
    if (random.chance(0.06)) {
      const [first, second] = random.some([gold, silver, card, emitter], 2)
      send('Factory', factory, 'create', [first, second])
      if (branch === 0) {
        this.#pairs += 1
        this.#pairBlocks.push(number)
      }
    }
    const known = this.#pairBlocks.filter((block) => block < number).length
    if (known > 0 && random.chance(0.3)) {
      const pair = getCreateAddress({ from: factory, nonce: 1 + random.below(known) })
      const amounts = [random.below(1e9), random.below(1e3)]
      send('Pair', pair, 'swap', [...amounts, random.pick(accounts)])
    }
    if (random.chance(0.06)) {
      const { targets, values, calldatas, description } = proposal(number, accounts)
      send('Governor', governor, 'propose', [targets, values, calldatas, description])
    }
    if (number > 10 && random.chance(0.25)) {
      // Most of them are of no proposal that there is.
      const of = proposalId(random.chance(0.3) ? 12 : random.below(number), accounts)
      const reason = random.chance(0.5) ? words().join(' ') : ''
      send('Governor', governor, 'vote', [of, random.below(3), random.below(1e6), reason])
    }
    if (random.chance(0.1)) {
      const method = random.pick(['queue', 'execute', 'cancel'])
      send('Governor', governor, method, [proposalId(random.below(number), accounts)])
    }
    if (random.chance(0.08)) {
      send('Emitter', emitter, 'publish', [random.pick(PUBLISHED).id, random.below(4)])
    }
    const code = branch === 0 ? FAILS.get(number) : undefined
    if (code !== undefined) send('Emitter', emitter, 'fail', [code])
    return sent
  }
}

const ALL_WORDS = WORDS.split(' ')

function deployments(owner: string): Transaction[] {
  const codes = [
    BYTECODE.Emitter,
    BYTECODE.Coin + ABI.Coin.encodeDeploy(['Gold', 'GLD', 18]).slice(2),
    BYTECODE.Coin + ABI.Coin.encodeDeploy(['Silver "Ag"', 'SLV', 6]).slice(2),
    BYTECODE.Card,
    BYTECODE.Factory,
    BYTECODE.Governor,
  ]
  return codes.map((data) => ({ from: owner, to: null, data }))
}

function proposal(number: number, accounts: readonly string[]) {
  const random = new Random(number)
  const targets = random.some(accounts, 1 + random.below(3))
  return {
    targets,
    values: targets.map(() => random.below(5)),
    calldatas: targets.map(() => randomHex(random, random.below(40))),
    description: `# Proposal ${number}\n${random.pick(ALL_WORDS)}`,
  }
}

function proposalId(number: number, accounts: readonly string[]): bigint {
  const { targets, values, calldatas, description } = proposal(number, accounts)
  const data = ABI.Governor.encodeFunctionData('propose', [targets, values, calldatas, description])
  return BigInt(keccak256(`0x${data.slice(10)}`))
}

/** Of any size and sign; 0 and round numbers among them. */
function someNumber(random: Random): bigint {
  if (random.chance(0.1)) return BigInt(random.below(3)) * 50n
  const digits = 1 + random.below(32)
  let text = ''
  for (let index = 0; index < digits; index++) text += random.below(10)
  return random.chance(0.3) ? -BigInt(text) : BigInt(text)
}

function randomHex(random: Random, bytes: number): string {
  return keccak256(toUtf8Bytes(String(random.next()))).slice(0, 2 + bytes * 2)
}

function readJson(file: string) {
  return JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))
}
