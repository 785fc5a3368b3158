import { openChain } from '../chain/openChain.ts'
import type { Output } from '../command/Output.ts'
import type { Api } from '../http/api.ts'
import { readBundle } from './readBundle.ts'
import { verifyBundle } from './verifyBundle.ts'

const TITLES = {
  signature: 'signature',
  request: 'request',
  fee: 'fee',
  vectorRoot: 'shares',
  evidence: 'evidence',
  attribution: 'attribution',
  split: 'split',
  model: 'model',
  inclusion: 'inclusion',
  prompt: 'question',
  answer: 'answer',
  tokenPath: 'token path',
} as const

/** Checks a receipt and says line by line what matches. @returns whether nothing failed */
export async function verify(
  api: Api,
  output: Output,
  options: { receipt: string; rpcUrl: string | null },
): Promise<boolean> {
  const bundle = await readBundle(api, options.receipt)
  const chain = await openChain(api, options.rpcUrl)
  try {
    const { checks, verified } = await verifyBundle(api, chain, bundle)
    const { chainId, contracts } = chain.deployment
    output.line(`receipt of request ${bundle.requestId}`)
    output.line(
      `against chain ${chainId} at ${chain.rpcUrl}, settlement ${contracts.AttributionSettlement}`,
    )
    output.line()
    for (const { name, ok, says } of checks) {
      const mark = ok === null ? '–' : ok ? '✓' : '✗'
      output.line(`  ${mark} ${TITLES[name].padEnd(12)} ${says}`)
    }
    const failed = checks.filter(({ ok }) => ok === false).length
    const open = checks.filter(({ ok }) => ok === null).length
    output.line()
    output.line(
      verified
        ? `verified${open === 0 ? '' : `, but ${open} of ${checks.length} could not be checked`}`
        : `NOT verified: ${failed} of ${checks.length} do not match`,
    )
    output.result({
      verified,
      requestId: bundle.requestId,
      inferenceNo: bundle.inferenceNo,
      checks,
    })
    return verified
  } finally {
    chain.close()
  }
}
