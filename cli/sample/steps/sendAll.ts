import type { JsonRpcProvider, TransactionRequest, Wallet } from 'ethers'

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
      const receipt = await provider.waitForTransaction(hash, 1, 60_000).catch(() => null)
      if (receipt && receipt.status !== 1)
        throw new SendError(`${what} was refused on chain (${hash})`)
    }),
  )
}
