import type { FunctionAbi } from '../../abi/contractAbi.ts'
import { encodeAbi } from '../../abi/encodeAbi.ts'
import type { BlockPointer, ChainLog, ChainReceipt } from '../../chain/chainTypes.ts'
import type { LogFilter } from '../../chain/logFilter.ts'
import { RpcError } from '../../chain/rpcErrors.ts'
import type { SubgraphBuild } from '../../manifest/subgraphBuild.ts'
import type { BlockChain } from '../../runner/blockEnvironment.ts'
import { bytesToHex } from '../../values/hex.ts'
import { ToolError } from '../toolError.ts'
import { boolOf, hexOf, toAbiValue } from './abiPlain.ts'
import { asBigInt, asList, asMap, asText, CaseError, type Plain } from './plain.ts'

const ZERO_HASH = `0x${'0'.repeat(64)}`
const CALL_KEYS = ['to', 'function', 'args', 'returns', 'reverts']

/** What a test says about the chain beside its events. */
export interface Mocks {
  readonly calls: readonly MockedCall[]
  /** Wei by account. */
  readonly balances: ReadonlyMap<string, bigint>
  /** Accounts that have code. */
  readonly contracts: ReadonlySet<string>
}

interface MockedCall {
  readonly to: string
  /** `0x` and the selector, or the whole call data where the test names arguments. */
  readonly data: string
  /** Null when the call reverts. */
  readonly returns: string | null
}

/** A handler asked the chain for what its test does not say. */
export class UnmockedError extends ToolError {}

/** Reads the keys `calls`, `balances` and `contracts` of a test or of its file. */
export function readMocks(
  build: SubgraphBuild,
  map: Readonly<Record<string, Plain>>,
  place: string,
): Mocks {
  const calls = asList(map.calls, `${place}.calls`).map((call, at) =>
    readCall(build, call, `${place}.calls[${at}]`),
  )
  const balances = Object.entries(asMap(map.balances, `${place}.balances`)).map(
    ([account, wei]): [string, bigint] => [
      account.toLowerCase(),
      asBigInt(wei, `${place}.balances.${account}`),
    ],
  )
  const contracts = asList(map.contracts, `${place}.contracts`).map((account, at) =>
    hexOf(account, 20, `${place}.contracts[${at}]`),
  )
  return { calls, balances: new Map(balances), contracts: new Set(contracts) }
}

/** Mocks of a file and of one of its tests, the test's first. */
export function joinMocks(test: Mocks, file: Mocks): Mocks {
  return {
    calls: [...test.calls, ...file.calls],
    balances: new Map([...file.balances, ...test.balances]),
    contracts: new Set([...file.contracts, ...test.contracts]),
  }
}

function readCall(build: SubgraphBuild, call: Plain, place: string): MockedCall {
  const map = asMap(call, place, CALL_KEYS)
  const target = findFunction(build, asText(map.function, `${place}.function`), place)
  const selector = bytesToHex(target.selector)
  const args = target.inputs.map((type, at) => {
    return toAbiValue(type, asList(map.args, `${place}.args`)[at], `${place}.args[${at}]`)
  })
  const reverts = map.reverts !== undefined && boolOf(map.reverts, `${place}.reverts`)
  if (reverts === (map.returns !== undefined)) {
    throw new CaseError(place, 'a call needs either `returns: [values]` or `reverts: true`')
  }
  const values = asList(map.returns, `${place}.returns`)
  if (!reverts && values.length !== target.outputs.length) {
    throw new CaseError(place, `${target.fullSignature} returns ${target.outputs.length} values`)
  }
  const results = () =>
    target.outputs.map((type, at) => toAbiValue(type, values[at], `${place}.returns[${at}]`))
  return {
    to: hexOf(map.to, 20, `${place}.to`),
    data: map.args === undefined ? selector : selector + bytesToHex(encodeAbi(args)).slice(2),
    returns: reverts ? null : bytesToHex(encodeAbi(results())),
  }
}

function functionsOf(build: SubgraphBuild): FunctionAbi[] {
  const sources = [...build.dataSources, ...build.templates]
  return sources.flatMap(({ abis }) => [...abis.values()].flatMap((abi) => abi.functions))
}

function findFunction(build: SubgraphBuild, wanted: string, place: string): FunctionAbi {
  const found = new Map(
    functionsOf(build)
      .filter((one) => [one.name, one.signature, one.fullSignature].includes(wanted))
      .map((one) => [one.fullSignature, one]),
  )
  const [first] = found.values()
  if (found.size === 1) return first as FunctionAbi
  const problem =
    found.size === 0
      ? `no ABI of the manifest has a function \`${wanted}\``
      : `\`${wanted}\` may be ${[...found.keys()].join(' or ')}: write one of these`
  throw new CaseError(`${place}.function`, problem)
}

/** The chain of a mapping test: what the test says, and nothing else. */
export class MockedChain implements BlockChain {
  readonly #functions: readonly FunctionAbi[]
  readonly #mocks: Mocks
  /** Logs of the test's blocks. */
  logs: ChainLog[] = []

  constructor(build: SubgraphBuild, mocks: Mocks) {
    this.#functions = functionsOf(build)
    this.#mocks = mocks
  }

  async logsOf(
    filters: readonly LogFilter[],
    blocks: readonly BlockPointer[],
  ): Promise<ChainLog[]> {
    return this.logs.filter(
      (log) =>
        blocks.some(({ hash }) => hash === log.blockHash) &&
        filters.some(
          ({ addresses, firstTopics }) =>
            (addresses === null || addresses.includes(log.address)) &&
            (firstTopics === null || firstTopics.includes(log.topics[0] ?? '')),
        ),
    )
  }

  async receipts(hashes: readonly string[]): Promise<Map<string, ChainReceipt>> {
    return new Map(hashes.map((hash) => [hash, this.#receipt(hash)]))
  }

  async stateAt<Result>(block: BlockPointer, method: string, parameter: unknown): Promise<Result> {
    return this.#answer(block, method, parameter) as Result
  }

  #answer(block: BlockPointer, method: string, parameter: unknown): string {
    if (method === 'eth_getBalance') {
      const wei = this.#mocks.balances.get(parameter as string)
      if (wei !== undefined) return `0x${wei.toString(16)}`
      throw new UnmockedError(
        `a handler asked for the balance of ${parameter}: add \`balances: {'${parameter}': 0}\``,
      )
    }
    if (method === 'eth_getCode') {
      return this.#mocks.contracts.has(parameter as string) ? '0x01' : '0x'
    }
    const { to, data } = parameter as { to: string; data: string }
    const mocked = this.#mocks.calls.find(
      (call) => call.to === to && (call.data === data || call.data === data.slice(0, 10)),
    )
    if (mocked === undefined) {
      const called = this.#functions.find((one) => bytesToHex(one.selector) === data.slice(0, 10))
      const name = called?.fullSignature ?? data
      throw new UnmockedError(
        `a handler called ${name} of ${to} at block ${block.number}, and the test mocks no such call: add it under \`calls\``,
      )
    }
    if (mocked.returns === null) throw new RpcError('eth_call', 3, 'execution reverted', null)
    return mocked.returns
  }

  #receipt(transactionHash: string): ChainReceipt {
    const logs = this.logs.filter((log) => log.transactionHash === transactionHash)
    const [first] = logs
    return {
      transactionHash,
      transactionIndex: first?.transactionIndex ?? 0,
      blockHash: first?.blockHash ?? ZERO_HASH,
      blockNumber: first?.blockNumber ?? 0,
      cumulativeGasUsed: 0n,
      gasUsed: 0n,
      contractAddress: null,
      logs,
      status: 1n,
      root: null,
      logsBloom: `0x${'0'.repeat(512)}`,
    }
  }
}
