import type { ReceiptBundle } from '@tributary/protocol/messages/receiptBundle'
import type { Verification } from '@tributary/protocol/verify/check'
import { VerificationError, verifyReceipt } from '@tributary/protocol/verify/verifyReceipt'
import type { Chain } from '../chain/openChain.ts'
import type { Api } from '../http/api.ts'
import { readChainFacts } from './readChainFacts.ts'
import { readPublicFacts } from './readPublicFacts.ts'

/** Checks a receipt against the chain and what anybody can fetch. */
export async function verifyBundle(
  api: Pick<Api, 'find' | 'bytes'>,
  chain: Pick<Chain, 'deployment' | 'contracts'>,
  bundle: ReceiptBundle,
): Promise<Verification> {
  const { entry } = bundle
  if (entry === null) {
    throw new VerificationError(`answer ${bundle.requestId} has no receipt yet`, {
      code: 'verify_no_receipt',
      hint: 'It is being attributed; try again in a few seconds.',
    })
  }
  const [chainFacts, publicFacts] = await Promise.all([
    readChainFacts(chain, { ...bundle, entry }),
    readPublicFacts(api, bundle),
  ])
  return verifyReceipt(bundle, chainFacts, publicFacts)
}
