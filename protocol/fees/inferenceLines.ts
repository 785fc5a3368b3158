import type { Params } from '../attribution/params.ts'
import { splitPool } from '../attribution/splitPool.ts'
import type { BatchEntry } from '../batches/batchBody.ts'
import { BASE_ACCOUNT, COMMONS_ACCOUNT, TREASURY_ACCOUNT } from '../ids/accounts.ts'
import { FeeError } from './fee.ts'
import { splitFee } from './splitFee.ts'

/** What a line of the ledger is for. */
export type LedgerRole =
  | 'contributor'
  | 'base'
  | 'commons'
  | 'modelOwner'
  | 'host'
  | 'stakers'
  | 'curators'
  | 'treasury'

/** Which rule a line follows from: the attribution vector, or the fee split. */
export type LedgerPath = 'vector' | 'split'

/** Some wei of one fee, and whose they are. */
export interface LedgerLine {
  role: LedgerRole
  path: LedgerPath
  accountId: bigint
  /** 0n where the line is not about a cluster. */
  clusterId: bigint
  /** Part of the contributors' pool; 0 where the line follows from the split. */
  ppm: number
  wei: bigint
}

/**
 * Every wei of one fee: the vector's entries in their order, then model owner, host and treasury,
 * so far as somebody fills the role. The line's place in the list is its `line_no`. Settlement,
 * ledger, API and verification all use this one function.
 *
 * Stakers and curators have no accounts of their own yet; their parts are the treasury's.
 *
 * @param params of the receipt's version
 * @returns lines whose wei sum to the fee
 */
export function inferenceLines(
  entry: Pick<BatchEntry, 'vector' | 'roles'> & {
    receipt: Pick<BatchEntry['receipt'], 'fee' | 'paramsVersion' | 'inferenceNo'>
  },
  params: Pick<Params, 'version' | 'splitBps'>,
): LedgerLine[] {
  const { receipt, vector, roles } = entry
  if (receipt.paramsVersion !== params.version) {
    throw new FeeError(
      `inference ${receipt.inferenceNo} has parameter version ${receipt.paramsVersion}, not ${params.version}`,
      { code: 'fee_params', hint: 'Split each fee by the version its receipt names.' },
    )
  }
  const parts = splitFee(receipt.fee, params.splitBps, {
    modelOwner: roles.modelOwner !== null,
    host: roles.host !== null,
    stakers: false,
    curators: false,
  })
  const pool = splitPool(parts.contributors, vector)
  const lines = vector.map(({ accountId, clusterId, ppm }, at): LedgerLine => {
    const wei = pool[at] as bigint
    return { role: roleOf(accountId, clusterId), path: 'vector', accountId, clusterId, ppm, wei }
  })
  const line = (role: LedgerRole, accountId: bigint, wei: bigint): LedgerLine => ({
    role,
    path: 'split',
    accountId,
    clusterId: 0n,
    ppm: 0,
    wei,
  })
  if (roles.modelOwner !== null) lines.push(line('modelOwner', roles.modelOwner, parts.modelOwner))
  if (roles.host !== null) lines.push(line('host', roles.host, parts.host))
  lines.push(line('treasury', TREASURY_ACCOUNT, parts.treasury))
  return lines
}

function roleOf(accountId: bigint, clusterId: bigint): LedgerRole {
  if (clusterId !== 0n) return 'contributor'
  if (accountId === BASE_ACCOUNT) return 'base'
  if (accountId === COMMONS_ACCOUNT) return 'commons'
  throw new FeeError(`account ${accountId} has a part of the vector without a cluster`, {
    code: 'fee_vector',
  })
}
