import { decodeVector } from '@tributary/protocol/attribution/vector'
import { BASE_ACCOUNT, COMMONS_ACCOUNT } from '@tributary/protocol/ids/accounts'

/** What one account gets of an answer. */
export interface Share {
  accountId: string
  /** `base model`, `commons`, or `account <n>`. */
  name: string
  ppm: number
}

/**
 * A vector added up by account: base model and commons first, then the accounts by their share.
 *
 * @param vector 0x-hex
 */
export function shares(vector: string): Share[] {
  const byAccount = new Map<bigint, number>([
    [BASE_ACCOUNT, 0],
    [COMMONS_ACCOUNT, 0],
  ])
  for (const { accountId, ppm } of decodeVector(vector)) {
    byAccount.set(accountId, (byAccount.get(accountId) ?? 0) + ppm)
  }
  const [base, commons, ...accounts] = [...byAccount].map(([accountId, ppm]) => ({
    accountId: accountId.toString(),
    name: nameOf(accountId),
    ppm,
  }))
  accounts.sort((one, other) => other.ppm - one.ppm)
  return [base as Share, commons as Share, ...accounts]
}

function nameOf(accountId: bigint): string {
  if (accountId === BASE_ACCOUNT) return 'base model'
  return accountId === COMMONS_ACCOUNT ? 'commons' : `account ${accountId}`
}
