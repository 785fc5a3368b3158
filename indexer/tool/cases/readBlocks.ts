import type { EventAbi } from '../../abi/contractAbi.ts'
import type { ChainBlock, ChainLog, ChainTransaction } from '../../chain/chainTypes.ts'
import { ContentPathError, parseContentPath } from '../../content/contentPath.ts'
import type { BuiltSource, SubgraphBuild } from '../../manifest/subgraphBuild.ts'
import { bytesOf, hexOf } from './abiPlain.ts'
import { encodeEvent } from './encodeEvent.ts'
import {
  asBigInt,
  asList,
  asMap,
  asNumber,
  asText,
  CaseError,
  isMap,
  type Plain,
  type PlainMap,
} from './plain.ts'

const STEP_KEYS = ['event', 'source', 'address', 'params', 'logIndex', 'block', 'transaction']
const FILE_KEYS = ['file', 'content', 'bytes', 'block']
const BLOCK_KEYS = ['number', 'hash', 'parentHash', 'timestamp', 'author', 'gasUsed', 'baseFee']
const TRANSACTION_KEYS = ['hash', 'from', 'to', 'value', 'gasPrice', 'gasLimit', 'input', 'nonce']
const ZERO_ADDRESS = `0x${'0'.repeat(40)}`
const SECONDS_PER_BLOCK = 12

/** A file that comes in a test. */
export interface TestFile {
  /** `<content id>[/<path>]`. */
  readonly file: string
  readonly bytes: Uint8Array
  /** Its place in the test file. */
  readonly place: string
}

/** A block of a test with its events, and the files that are handled after them. */
export interface TestBlock {
  readonly block: ChainBlock
  readonly logs: readonly ChainLog[]
  /** The place in the test file of each log. */
  readonly places: readonly string[]
  readonly files: readonly TestFile[]
}

interface Draft {
  readonly number: number
  attributes: PlainMap
  readonly steps: { readonly step: PlainMap; readonly place: string }[]
  readonly files: TestFile[]
}

/** Reads `when` of a test: its blocks with their events, in order. */
export function readBlocks(
  build: SubgraphBuild,
  when: Plain | undefined,
  place: string,
): TestBlock[] {
  const drafts: Draft[] = []
  const first = Math.max(1, ...build.dataSources.map(({ startBlock }) => startBlock))
  for (const [at, item] of asList(when, place).entries()) {
    const where = `${place}[${at}]`
    const isFile = isMap(item) && item.file !== undefined
    const step = asMap(item, where, isFile ? FILE_KEYS : STEP_KEYS)
    const last = drafts.at(-1)
    const attributes = blockAttributes(step.block, `${where}.block`)
    const number =
      attributes.number === undefined
        ? nextNumber(last, first, isFile)
        : asNumber(attributes.number, `${where}.block.number`)
    if (last !== undefined && number < last.number) {
      throw new CaseError(where, `block ${number} comes after block ${last.number}`)
    }
    const draft = last?.number === number ? last : { number, attributes, steps: [], files: [] }
    if (draft === last) draft.attributes = { ...attributes, ...draft.attributes }
    else drafts.push(draft)
    if (isFile) draft.files.push(readFile(step, where))
    else if (step.event !== undefined) draft.steps.push({ step, place: where })
  }
  let transactions = 0
  return drafts.map((draft) => {
    const made = makeBlock(build, draft, transactions)
    transactions += draft.steps.length
    return made
  })
}

/** A file comes after the block that made somebody wait for it. */
function nextNumber(last: Draft | undefined, first: number, isFile: boolean): number {
  if (last === undefined) return first
  return isFile && last.steps.length > 0 ? last.number + 1 : last.number
}

function readFile(step: PlainMap, place: string): TestFile {
  const { content, bytes } = step
  if ((content === undefined) === (bytes === undefined)) {
    throw new CaseError(place, 'a file needs either `content` (its text) or `bytes` (`0x…`)')
  }
  return {
    file: fileName(step.file, `${place}.file`),
    bytes:
      bytes === undefined
        ? Buffer.from(asText(content, `${place}.content`), 'utf8')
        : bytesOf(bytes, null, `${place}.bytes`),
    place,
  }
}

/** @throws CaseError when it is no content id, nor a path below one. */
export function fileName(value: Plain | undefined, place: string): string {
  try {
    return parseContentPath(asText(value, place)).text
  } catch (error) {
    if (!(error instanceof ContentPathError)) throw error
    throw new CaseError(place, error.message)
  }
}

function blockAttributes(block: Plain | undefined, place: string): PlainMap {
  return isMap(block) || block === undefined || block === null
    ? asMap(block, place, BLOCK_KEYS)
    : { number: block }
}

function makeBlock(build: SubgraphBuild, draft: Draft, earlier: number): TestBlock {
  const { number, attributes, steps, files } = draft
  const at = (key: string) => `block ${number}: ${key}`
  const given = (key: string, size: number, otherwise: string) =>
    attributes[key] === undefined ? otherwise : hexOf(attributes[key], size, at(key))
  const hash = given('hash', 32, word(number))
  const transactions = new Map<string, ChainTransaction>()
  const logs = steps.map(({ step, place }, index): ChainLog => {
    const transaction = readTransaction(step, earlier + index + 1, transactions.size, place)
    const known = transactions.get(transaction.hash)
    if (known === undefined) transactions.set(transaction.hash, transaction)
    const { address, topics, data } = readLog(build, step, place)
    return {
      address,
      topics,
      data,
      blockHash: hash,
      blockNumber: number,
      transactionHash: transaction.hash,
      transactionIndex: (known ?? transaction).index,
      logIndex: step.logIndex === undefined ? index : asNumber(step.logIndex, `${place}.logIndex`),
    }
  })
  return {
    block: {
      number,
      hash,
      parentHash: given('parentHash', 32, word(Math.max(0, number - 1))),
      timestamp:
        attributes.timestamp === undefined
          ? BigInt(number * SECONDS_PER_BLOCK)
          : asBigInt(attributes.timestamp, at('timestamp')),
      unclesHash: word(0),
      author: given('author', 20, ZERO_ADDRESS),
      stateRoot: word(0),
      transactionsRoot: word(0),
      receiptsRoot: word(0),
      gasUsed: attributes.gasUsed === undefined ? 0n : asBigInt(attributes.gasUsed, at('gasUsed')),
      gasLimit: 30_000_000n,
      difficulty: 0n,
      totalDifficulty: 0n,
      size: null,
      baseFeePerGas:
        attributes.baseFee === undefined ? null : asBigInt(attributes.baseFee, at('baseFee')),
      transactions,
    },
    logs,
    places: steps.map(({ place }) => place),
    files,
  }
}

function readTransaction(
  step: PlainMap,
  sequence: number,
  index: number,
  place: string,
): ChainTransaction {
  const where = `${place}.transaction`
  const given = asMap(step.transaction, where, TRANSACTION_KEYS)
  const number = (key: string) =>
    given[key] === undefined ? 0n : asBigInt(given[key], `${where}.${key}`)
  const address = (key: string) =>
    given[key] === undefined ? ZERO_ADDRESS : hexOf(given[key], 20, `${where}.${key}`)
  return {
    hash: given.hash === undefined ? word(sequence) : hexOf(given.hash, 32, `${where}.hash`),
    index,
    from: address('from'),
    to: given.to === null ? null : address('to'),
    value: number('value'),
    gasLimit: number('gasLimit'),
    gasPrice: number('gasPrice'),
    input: given.input === undefined ? '0x' : asText(given.input, `${where}.input`),
    nonce: number('nonce'),
  }
}

function readLog(
  build: SubgraphBuild,
  step: PlainMap,
  place: string,
): { address: string; topics: string[]; data: string } {
  const { event, source } = findEvent(build, step, place)
  const { topics, data } = encodeEvent(event, step.params, `${place}.params`)
  if (step.address !== undefined) {
    return { address: hexOf(step.address, 20, `${place}.address`), topics, data }
  }
  if (source.address === null && build.templates.includes(source)) {
    throw new CaseError(place, `\`${source.name}\` is a template: say which \`address\` emits`)
  }
  return { address: source.address ?? ZERO_ADDRESS, topics, data }
}

/** The event that a step names, among those that the manifest has handlers for. */
function findEvent(
  build: SubgraphBuild,
  step: PlainMap,
  place: string,
): { readonly event: EventAbi; readonly source: BuiltSource } {
  const wanted = asText(step.event, `${place}.event`)
  const sources = [...build.dataSources, ...build.templates]
  const named =
    step.source === undefined ? sources : sources.filter(({ name }) => name === step.source)
  if (named.length === 0) {
    const names = sources.map(({ name }) => name).join(', ')
    throw new CaseError(`${place}.source`, `the manifest has no \`${step.source}\`, but ${names}`)
  }
  const found = named.flatMap((source) =>
    source.eventHandlers
      .filter(({ abi, event }) => [abi.name, abi.signature, event].includes(wanted))
      .map(({ abi }) => ({ event: abi, source })),
  )
  const [only] = found
  if (only === undefined) {
    const known = named.flatMap(({ eventHandlers }) => eventHandlers.map(({ abi }) => abi.name))
    throw new CaseError(
      `${place}.event`,
      `no data source has a handler for \`${wanted}\`, but for ${[...new Set(known)].join(', ')}`,
    )
  }
  if (new Set(found.map(({ event }) => event.signature)).size > 1) {
    const options = found.map(({ event, source }) => `${source.name}: ${event.signature}`)
    throw new CaseError(
      `${place}.event`,
      `\`${wanted}\` may be ${options.join(' or ')}: add \`source\`, or write the signature`,
    )
  }
  if (found.length > 1 && step.address === undefined && step.source === undefined) {
    const names = found.map(({ source }) => source.name).join(' and ')
    throw new CaseError(place, `${names} handle \`${wanted}\`: add \`source\` or \`address\``)
  }
  return only
}

/** 32 bytes that hold a number. */
function word(number: number): string {
  return `0x${number.toString(16).padStart(64, '0')}`
}
