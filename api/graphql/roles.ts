import type { LedgerRole } from '@tributary/protocol/fees/inferenceLines'

/** The ledger's roles as the API's enum has them. */
export const ROLE_NAMES: Record<LedgerRole, string> = {
  contributor: 'CONTRIBUTOR',
  base: 'BASE',
  commons: 'COMMONS',
  modelOwner: 'MODEL_OWNER',
  host: 'HOST',
  stakers: 'STAKERS',
  curators: 'CURATORS',
  treasury: 'TREASURY',
}
