import type { ApiClient } from '../apiClient.ts'

/** What became of one answer's money, as the API tells it. */
export interface Attributed {
  inferenceNo: string
  requestId: string
  fee: string
  state: string
  basePpm: number
  commonsPpm: number
  /** Of accounts beside base model, commons and treasury; largest first. */
  shares: { accountId: string; payee: string; label: string | null; ppm: number }[]
  ppmSum: number
}

const QUERY = `query ($id: String!) {
  inference(id: $id) {
    inferenceNo requestId fee state
    attribution {
      basePpm commonsPpm
      shares { ppm account { accountId payee label } }
    }
    receipt { vectorRoot }
  }
}`

interface Row {
  inference: {
    inferenceNo: string
    requestId: string
    fee: string
    state: string
    attribution: {
      basePpm: number
      commonsPpm: number
      shares: {
        ppm: number
        account: { accountId: string; payee: string; label: string | null }
      }[]
    } | null
    receipt: { vectorRoot: string } | null
  } | null
}

/** Waits until every answer has its signed receipt, and returns who is behind each. */
export async function awaitAttributed(
  api: ApiClient,
  requestIds: string[],
  progress: (data: Record<string, unknown>) => void,
): Promise<Map<string, Attributed>> {
  const done = new Map<string, Attributed>()
  while (done.size < requestIds.length) {
    for (const id of requestIds) {
      if (done.has(id)) continue
      const { inference } = await api.graphql<Row>(QUERY, { id })
      if (!inference?.attribution || !inference.receipt) continue
      done.set(id, read(inference, inference.attribution))
    }
    progress({ attributed: done.size, of: requestIds.length })
    if (done.size < requestIds.length) await new Promise((resolve) => setTimeout(resolve, 700))
  }
  return done
}

function read(
  inference: NonNullable<Row['inference']>,
  attribution: NonNullable<NonNullable<Row['inference']>['attribution']>,
): Attributed {
  const byAccount = new Map<string, Attributed['shares'][number]>()
  for (const { account, ppm } of attribution.shares) {
    const known = byAccount.get(account.accountId)
    if (known) known.ppm += ppm
    else byAccount.set(account.accountId, { ...account, ppm })
  }
  const shares = [...byAccount.values()].sort((a, b) => b.ppm - a.ppm)
  return {
    inferenceNo: inference.inferenceNo,
    requestId: inference.requestId,
    fee: inference.fee,
    state: inference.state,
    basePpm: attribution.basePpm,
    commonsPpm: attribution.commonsPpm,
    shares,
    ppmSum:
      shares.reduce((sum, { ppm }) => sum + ppm, 0) + attribution.basePpm + attribution.commonsPpm,
  }
}
