import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import {
  isError,
  type JsonRpcProvider,
  keccak256,
  type TransactionReceipt,
  type TransactionRequest,
  type Wallet,
} from 'ethers'
import { errorMessage } from '../../process/errorMessage.ts'
import { sleep } from '../../process/sleep.ts'
import { RefusedError } from './settlementChain.ts'

/** A transaction did not get into a block in time; whether it still will is not known. */
export class NotIncludedError extends TributaryError {}

const POLL_MS = 250
const TIMEOUT_MS = 60_000
/** Answers of "never heard of it" after which a transaction counts as lost. */
const MISSES = 8

/**
 * Sends transactions of one key and waits until each is in a block, several at a time. It does not
 * wait for finality: its callers look at the chain again and again and send what a reorg took back.
 * A nonce is taken from the newest block, not from the pool, so that after a crash a transaction
 * that is still waiting is met at its own place instead of being queued behind.
 */
export class Sender {
  readonly #signer: Wallet
  readonly #signal: AbortSignal
  readonly #inFlight = new Set<number>()
  #turn: Promise<unknown> = Promise.resolve()

  /** @param signer connected to the provider that is to send */
  constructor(signer: Wallet, signal: AbortSignal) {
    this.#signer = signer
    this.#signal = signal
  }

  /**
   * Sends one transaction; gives its receipt once it is in a block.
   *
   * @param what for errors: what the transaction does
   * @throws RefusedError if the contract does not take it
   */
  async send(what: string, request: TransactionRequest): Promise<TransactionReceipt> {
    const mine = this.#turn.then(() => this.#broadcast(what, request))
    this.#turn = mine.catch(() => {})
    const { hash, nonce } = await mine
    try {
      const receipt = await this.#untilIncluded(what, hash)
      if (receipt.status === 1) return receipt
      throw new RefusedError(`${what}: transaction ${hash} was reverted`, {
        code: 'settlement_reverted',
        hint: 'The chain had moved on; the next look at it tells what is to be done.',
      })
    } finally {
      this.#inFlight.delete(nonce)
    }
  }

  async #broadcast(what: string, request: TransactionRequest) {
    const provider = this.#signer.provider as JsonRpcProvider
    const from = this.#signer.address
    const gasLimit = await this.#estimate(what, { ...request, from })
    const used = await provider.getTransactionCount(from, 'latest')
    const nonce = Math.max(used, ...[...this.#inFlight].map((taken) => taken + 1))
    const filled = await this.#signer.populateTransaction({ ...request, gasLimit, nonce })
    const raw = await this.#signer.signTransaction(filled)
    // Known before the node answers: if its answer is lost, the transaction can still be found.
    const hash = keccak256(raw)
    try {
      await provider.broadcastTransaction(raw)
    } catch (error) {
      if (!/already (known|imported)/i.test(errorMessage(error))) throw error
    }
    this.#inFlight.add(nonce)
    return { hash, nonce }
  }

  async #estimate(what: string, request: TransactionRequest): Promise<bigint> {
    try {
      const gas = await this.#signer.provider?.estimateGas(request)
      // What it costs may grow until it is included, when a payee's account is new by then, say.
      return ((gas as bigint) * 5n) / 4n
    } catch (error) {
      if (!isError(error, 'CALL_EXCEPTION')) throw error
      const reason = error.reason ?? error.data ?? 'without a reason'
      throw new RefusedError(`${what} is refused: ${reason}`, {
        code: 'settlement_refused',
        cause: error,
      })
    }
  }

  async #untilIncluded(what: string, hash: string): Promise<TransactionReceipt> {
    const provider = this.#signer.provider as JsonRpcProvider
    const end = Date.now() + TIMEOUT_MS
    let misses = 0
    while (Date.now() < end && misses < MISSES) {
      this.#signal.throwIfAborted()
      await sleep(POLL_MS, this.#signal)
      const receipt = await provider.getTransactionReceipt(hash)
      if (receipt !== null) return receipt
      misses = (await provider.getTransaction(hash)) === null ? misses + 1 : 0
    }
    throw new NotIncludedError(`${what}: transaction ${hash} is in no block`, {
      code: 'settlement_not_included',
      hint: 'The chain may be stuck, or has lost it; the next look at it tells.',
    })
  }
}
