import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonRpcProvider, TransactionReceipt, TransactionRequest, Wallet } from 'ethers'

/** One transaction to send: from whom, what, and its name for errors. */
export interface Sending {
  what: string
  wallet: Pick<Wallet, 'signTransaction' | 'address'>
  request: TransactionRequest
}

/** A sample transaction failed on chain. */
export class SendError extends Error {
  override name = 'SendError'
}

/** How long a block that takes a transaction may be waited for. */
const PATIENCE_MS = 60_000
const POLL_MS = 500
/** Looks in a row that find nothing; a node that is catching up may not know it for a moment. */
const MISSES = 4

/**
 * Sends many transactions of many wallets at once, each wallet's in order, and waits until the chain
 * has taken them. What a restarted chain has lost is the caller's to notice and send again.
 */
export async function sendAll(provider: JsonRpcProvider, sendings: Sending[]): Promise<void> {
  if (sendings.length === 0) return
  const [network, fees] = await Promise.all([provider.getNetwork(), provider.getFeeData()])
  const wallets = [...new Set(sendings.map(({ wallet }) => wallet.address))]
  const nonces = new Map<string, number>()
  await Promise.all(
    wallets.map(async (address) =>
      nonces.set(address, await provider.getTransactionCount(address, 'pending')),
    ),
  )
  const hashes: { what: string; hash: string }[] = []
  for (const { what, wallet, request } of sendings) {
    const nonce = nonces.get(wallet.address) ?? 0
    nonces.set(wallet.address, nonce + 1)
    const signed = await wallet.signTransaction({
      ...request,
      type: 2,
      nonce,
      chainId: network.chainId,
      // Room for many blocks of rising base fee; what is not needed is not spent.
      maxFeePerGas: (fees.maxFeePerGas ?? 2_000_000_000n) * 4n,
      maxPriorityFeePerGas: fees.maxPriorityFeePerGas ?? 1_000_000_000n,
    })
    hashes.push({ what, hash: (await provider.broadcastTransaction(signed)).hash })
  }
  await Promise.all(
    hashes.map(async ({ what, hash }) => {
      const receipt = await untilTaken(provider, hash)
      if (receipt && receipt.status !== 1)
        throw new SendError(`${what} was refused on chain (${hash})`)
    }),
  )
}

/** The receipt; null when the chain has lost the transaction, or takes too long. */
async function untilTaken(
  provider: JsonRpcProvider,
  hash: string,
): Promise<TransactionReceipt | null> {
  const deadline = Date.now() + PATIENCE_MS
  let missed = 0
  while (missed < MISSES && Date.now() < deadline) {
    try {
      const receipt = await provider.getTransactionReceipt(hash)
      if (receipt) return receipt
      missed = (await provider.getTransaction(hash)) ? 0 : missed + 1
    } catch {
      // The chain is away for a moment.
    }
    await sleep(POLL_MS)
  }
  return null
}
