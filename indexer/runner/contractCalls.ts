import type { AbiValue } from '../abi/abiValue.ts'
import type { FunctionAbi } from '../abi/contractAbi.ts'
import { AbiDecodeError, decodeAbi } from '../abi/decodeAbi.ts'
import { encodeAbi } from '../abi/encodeAbi.ts'
import type { ChainReader } from '../chain/chainReader.ts'
import type { BlockPointer } from '../chain/chainTypes.ts'
import { isRevert } from '../chain/isRevert.ts'
import { RpcError } from '../chain/rpcErrors.ts'
import { DeterministicError, PossibleReorgError } from '../errors/hostErrors.ts'
import type { BuiltSource } from '../manifest/subgraphBuild.ts'
import { bytesToHex, hexToBytes } from '../values/hex.ts'
import type { ContractCall } from '../wasm/handlerContext.ts'
import { Suspension } from '../wasm/suspension.ts'

/** Gas of a call: graph-node's, for results that depend on it. */
const CALL_GAS = 50_000_000

/** What contracts answer at one block; each question is asked once. */
export class ContractCalls {
  readonly #chain: Pick<ChainReader, 'stateAt'>
  readonly #block: BlockPointer
  readonly #answers = new Map<string, unknown>()
  readonly #asked = new Map<string, Promise<void>>()

  constructor(chain: Pick<ChainReader, 'stateAt'>, block: BlockPointer) {
    this.#chain = chain
    this.#block = block
  }

  /**
   * @returns null when the call reverts or what it returns is none of the function's types.
   * @throws Suspension when the answer is not known yet.
   */
  call(source: BuiltSource, call: ContractCall): readonly AbiValue[] | null {
    const target = findFunction(source, call)
    const data = bytesToHex(Buffer.concat([target.selector, encodeAbi(call.parameters)]))
    const to = bytesToHex(call.address)
    const answer = this.#ask(`call ${to} ${data}`, () => this.#callOrRevert(to, data))
    if (answer === null || answer === '0x') return null
    try {
      return decodeAbi(target.outputs, hexToBytes(answer as string) as Uint8Array)
    } catch (error) {
      if (error instanceof AbiDecodeError) return null
      throw error
    }
  }

  /** Wei of an account. @throws Suspension when it is not known yet. */
  balanceOf(address: Uint8Array): bigint {
    const account = bytesToHex(address)
    return BigInt(
      this.#ask(`balance ${account}`, () =>
        this.#chain.stateAt(this.#block, 'eth_getBalance', account),
      ) as string,
    )
  }

  /** Whether an account is a contract. @throws Suspension when it is not known yet. */
  hasCode(address: Uint8Array): boolean {
    const account = bytesToHex(address)
    const code = this.#ask(`code ${account}`, () =>
      this.#chain.stateAt(this.#block, 'eth_getCode', account),
    )
    return code !== '0x'
  }

  #ask(key: string, ask: () => Promise<unknown>): unknown {
    if (this.#answers.has(key)) return this.#answers.get(key)
    throw new Suspension('block', () => {
      const asked = this.#asked.get(key) ?? this.#answer(key, ask)
      this.#asked.set(key, asked)
      return asked
    })
  }

  async #answer(key: string, ask: () => Promise<unknown>): Promise<void> {
    try {
      this.#answers.set(key, await ask())
    } catch (error) {
      if (!(error instanceof RpcError)) throw error
      // The node may have dropped the block: nothing is recorded, the block is read anew.
      throw new PossibleReorgError(
        `the node cannot answer at block ${this.#block.number}: ${error.message}`,
        { cause: error },
      )
    }
  }

  async #callOrRevert(to: string, data: string): Promise<string | null> {
    try {
      const request = { to, data, gas: `0x${CALL_GAS.toString(16)}` }
      return await this.#chain.stateAt<string>(this.#block, 'eth_call', request)
    } catch (error) {
      if (error instanceof RpcError && isRevert(error)) return null
      throw error
    }
  }
}

function findFunction(source: BuiltSource, call: ContractCall): FunctionAbi {
  const abi = source.abis.get(call.contract)
  if (abi === undefined) {
    throw new DeterministicError(
      `Could not find ABI for contract "${call.contract}", try adding it to the 'abis' section of the subgraph manifest`,
    )
  }
  const found = abi.functions.find((one) =>
    call.signature === '' ? one.name === call.functionName : one.fullSignature === call.signature,
  )
  if (found === undefined) {
    throw new DeterministicError(
      `Unknown function "${call.contract}::${call.functionName}" called from WASM runtime`,
    )
  }
  return found
}
