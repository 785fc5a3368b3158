import { decodeVector, vectorToHex } from '@tributary/protocol/attribution/vector'
import type { ReceiptBundle } from '@tributary/protocol/messages/receiptBundle'
import { openChain } from '../../chain/openChain.ts'
import { createApi } from '../../http/api.ts'
import { readBundle } from '../../verify/readBundle.ts'
import { verifyBundle } from '../../verify/verifyBundle.ts'

export interface Verified {
  /** Whether the receipt as it is verifies. */
  honest: boolean
  /** Whether it still verifies with one share changed; it must not. */
  tampered: boolean
  /** The checks of the honest one that failed, in words. */
  problems: string[]
}

/** Verifies a receipt as `tributary verify` does, then the same one with a single changed share. */
export async function verifyOne(options: {
  apiUrl: string
  rpcUrl: string
  requestId: string
}): Promise<Verified> {
  const api = createApi(options.apiUrl)
  const chain = await openChain(api, options.rpcUrl)
  try {
    const bundle = await readBundle(api, options.requestId)
    const honest = await verifyBundle(api, chain, bundle)
    const tampered = await verifyBundle(api, chain, withChangedShare(bundle))
    return {
      honest: honest.verified,
      tampered: tampered.verified,
      problems: honest.checks
        .filter(({ ok }) => ok === false)
        .map(({ name, says }) => `${name}: ${says}`),
    }
  } finally {
    chain.close()
  }
}

/** A copy in which one millionth has moved from the largest share to another, the sum unchanged. */
function withChangedShare(bundle: ReceiptBundle): ReceiptBundle {
  if (!bundle.entry) return bundle
  const vector = decodeVector(bundle.entry.vector)
  const largest = vector.reduce((a, b) => (b.ppm > a.ppm ? b : a))
  const other = vector.find((entry) => entry !== largest)
  const changed = other
    ? vector.map((entry) =>
        entry === largest
          ? { ...entry, ppm: entry.ppm - 1 }
          : entry === other
            ? { ...entry, ppm: entry.ppm + 1 }
            : entry,
      )
    : // A single share of everything: give it to somebody else.
      vector.map((entry) => ({ ...entry, accountId: entry.accountId + 1n }))
  const hex = vectorToHex(changed)
  return { ...bundle, vector: hex, entry: { ...bundle.entry, vector: hex } }
}
