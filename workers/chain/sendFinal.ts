import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import type { JsonRpcProvider, TransactionReceipt, TransactionRequest, Wallet } from 'ethers'
import { isError, keccak256 } from 'ethers'
import { errorMessage } from '../process/errorMessage.ts'
import { log } from '../process/log.ts'
import { sleep } from '../process/sleep.ts'
import { finalizedBlock } from './finalizedBlock.ts'

/** A transaction was included, and the contract rejected it. */
export class TransactionReverted extends TributaryError {}

/**
 * Sends a transaction and stays with it until its block is finalized; sends it again when a reorg
 * or a restarted node has lost it. Gives the final receipt.
 *
 * `prepare` is called before every attempt and must look at the chain: it gives `undefined` when
 * the effect is there already (sent by an earlier life of this process, say), and `sendFinal` then
 * gives `undefined` as well. An attempt that is repeated uses the same nonce for as long as it is
 * free, so that at most one of the two can ever be included.
 *
 * Within a process, attempts of the same key take turns; where another process uses the key as
 * well, whoever comes second tries again.
 *
 * @example
 * const receipt = await sendFinal({
 *   signer, signal, what: 'register the model',
 *   prepare: async () => (await isRegistered()) ? undefined : registry.register.populateTransaction(…),
 * })
 */
export async function sendFinal(options: {
  /** Connected to the provider that is to send it. */
  signer: Wallet
  /** For the log: what the transaction does. */
  what: string
  prepare(): Promise<TransactionRequest | undefined>
  signal: AbortSignal
  /** Called as soon as the transaction is in a block, which may still be lost. */
  included?(receipt: TransactionReceipt): void
  /** Milliseconds between two looks at the chain. */
  pollMs?: number
}): Promise<TransactionReceipt | undefined> {
  const { signer, signal, what, pollMs = 500 } = options
  const provider = signer.provider as JsonRpcProvider
  let nonce: number | undefined
  for (;;) {
    signal.throwIfAborted()
    let sent: Sent | undefined
    try {
      sent = await inTurn(signer.address, async () => {
        const request = await options.prepare()
        if (request === undefined) return undefined
        return broadcast(signer, provider, request, nonce)
      })
    } catch (error) {
      // Somebody else with the same key was faster.
      if (!isError(error, 'NONCE_EXPIRED') && !isError(error, 'REPLACEMENT_UNDERPRICED'))
        throw error
      log('chain', 'nonce taken, sending again', { what, sender: signer.address })
      nonce = undefined
      await sleep(pollMs, signal)
      continue
    }
    if (sent === undefined) return undefined
    nonce = sent.nonce
    const receipt = await untilFinal(provider, signer.address, sent, { ...options, pollMs })
    if (receipt !== undefined) return receipt
    log('chain', 'transaction lost, sending again', { what, hash: sent.hash })
  }
}

interface Sent {
  hash: string
  nonce: number
}

async function broadcast(
  signer: Wallet,
  provider: JsonRpcProvider,
  request: TransactionRequest,
  previousNonce: number | undefined,
): Promise<Sent> {
  const used = await provider.getTransactionCount(signer.address, 'latest')
  const free = previousNonce !== undefined && previousNonce >= used
  const nonce = free ? previousNonce : await provider.getTransactionCount(signer.address, 'pending')
  const raw = await signer.signTransaction(await signer.populateTransaction({ ...request, nonce }))
  // Known before the node answers: if its answer is lost, the transaction can still be found.
  const hash = keccak256(raw)
  try {
    await provider.broadcastTransaction(raw)
  } catch (error) {
    if (!/already known|already imported/i.test(errorMessage(error))) throw error
  }
  return { hash, nonce }
}

/** The receipt once its block is finalized, or `undefined` when the transaction has disappeared. */
async function untilFinal(
  provider: JsonRpcProvider,
  address: string,
  sent: Sent,
  options: Parameters<typeof sendFinal>[0] & { pollMs: number },
): Promise<TransactionReceipt | undefined> {
  let missed = 0
  let seenIn: string | undefined
  for (;;) {
    options.signal.throwIfAborted()
    await sleep(options.pollMs, options.signal)
    try {
      const receipt = await provider.getTransactionReceipt(sent.hash)
      if (receipt === null) {
        const waiting = (await provider.getTransaction(sent.hash)) !== null
        missed = waiting ? 0 : missed + 1
        // A node that is catching up may not know it for a moment.
        if (missed >= 3) return undefined
        continue
      }
      missed = 0
      if (receipt.status === 0) {
        throw new TransactionReverted(`${options.what}: transaction ${sent.hash} was reverted`, {
          code: 'transaction_reverted',
          hint: 'Another transaction changed the state first, or the call is not allowed.',
        })
      }
      if (seenIn !== receipt.blockHash) {
        seenIn = receipt.blockHash
        options.included?.(receipt)
      }
      if ((await finalizedBlock(provider)) < receipt.blockNumber) continue
      const block = await provider.getBlock(receipt.blockNumber)
      if (block?.hash === receipt.blockHash) return receipt
    } catch (error) {
      if (error instanceof TransactionReverted) throw error
      log('chain', 'no answer about a transaction', {
        what: options.what,
        hash: sent.hash,
        sender: address,
        error: errorMessage(error),
      })
    }
  }
}

const turns = new Map<string, Promise<unknown>>()

/** Runs `task` after the earlier ones of the same key have ended, well or not. */
async function inTurn<T>(key: string, task: () => Promise<T>): Promise<T> {
  const earlier = turns.get(key) ?? Promise.resolve()
  const mine = earlier.catch(() => {}).then(task)
  turns.set(key, mine)
  try {
    return await mine
  } finally {
    if (turns.get(key) === mine) turns.delete(key)
  }
}
