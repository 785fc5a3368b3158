import { connectContracts } from '@tributary/contracts/connect'
import {
  DEVELOPMENT_API_KEY,
  DEVELOPMENT_CHAIN_ID,
  DEVELOPMENT_KEYS,
} from '@tributary/protocol/config/developmentKeys'
import { type JsonRpcProvider, NonceManager, parseEther, Wallet } from 'ethers'
import type { Kysely } from 'kysely'
import type { ChainFacts } from '../chain/chainFacts.ts'
import type { AppDatabase } from '../database/schema.ts'
import { hashKey } from './apiKeys.ts'

const DEPOSIT = parseEther('100')
const CAP = parseEther('1000000')

/**
 * On the development chain: makes the account behind the development API key able to pay. The
 * payer is development account 3, the key's signer account 4. What is there already is left alone,
 * so this can run again and again (a chain that lost its last blocks gets its deposit back).
 */
export async function ensureDevelopmentPayer(
  provider: JsonRpcProvider,
  chain: ChainFacts,
  database: Kysely<AppDatabase>,
): Promise<void> {
  if (chain.chainId !== DEVELOPMENT_CHAIN_ID) return
  const payer = new NonceManager(new Wallet(DEVELOPMENT_KEYS[3] as string, provider))
  const signer = new Wallet(DEVELOPMENT_KEYS[4] as string)
  const { accounts, escrow } = connectContracts(chain.deployment, payer)
  const address = await payer.getAddress()
  if ((await accounts.accountOf(address)) === 0n) {
    await (await escrow.registerPayer()).wait()
  }
  const payerId = (await accounts.accountOf(address)) as bigint
  if ((await chain.funded(payerId)) === 0n) {
    await (await escrow.deposit(payerId, { value: DEPOSIT })).wait()
  }
  const authorised = await escrow.signerOf(payerId, chain.serviceId, signer.address)
  if (authorised.cap !== CAP) {
    await (await escrow.authorizeSigner(payerId, chain.serviceId, signer.address, CAP)).wait()
  }
  await database
    .insertInto('api_key')
    .values({
      key_hash: hashKey(DEVELOPMENT_API_KEY),
      label: 'development key',
      payer_id: payerId,
      signer_key: signer.privateKey,
      cap: CAP,
      spent: 0n,
      revoked_at: null,
    })
    .onConflict((conflict) =>
      conflict.column('key_hash').doUpdateSet({ payer_id: payerId.toString() }),
    )
    .execute()
}
