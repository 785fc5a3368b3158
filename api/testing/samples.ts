import { randomBytes, randomUUID } from 'node:crypto'
import type { Contracts } from '@tributary/contracts/connect'
import type { Deployment } from '@tributary/contracts/deployment/deployment'
import { DEFAULT_PARAMS } from '@tributary/protocol/attribution/params'
import { newRequestId } from '@tributary/protocol/ids/requestId'
import { Wallet } from 'ethers'
import type { Kysely } from 'kysely'
import type { ChainFacts } from '../chain/chainFacts.ts'
import type { AppDatabase } from '../database/schema.ts'
import { authenticate, type Caller, hashKey } from '../gateway/apiKeys.ts'
import type { Answer } from '../gateway/meter.ts'

export const ESCROW = '0x1111111111111111111111111111111111111111'
export const SETTLEMENT = '0x2222222222222222222222222222222222222222'
export const BASE_HASH = `0x${'ba'.repeat(32)}`
export const ADAPTER_HASH = `0x${'ad'.repeat(32)}`

const hex32 = () => `0x${randomBytes(32).toString('hex')}`

/** Puts an API key into the database and returns its caller, found as the gateway finds him. */
export async function addKey(
  database: Kysely<AppDatabase>,
  options: { key?: string; payerId?: bigint; cap?: bigint } = {},
): Promise<Caller> {
  const { key = `trb_${randomUUID()}`, payerId = 7n, cap = 10n ** 24n } = options
  await database
    .insertInto('api_key')
    .values({
      key_hash: hashKey(key),
      label: 'test',
      payer_id: payerId,
      signer_key: Wallet.createRandom().privateKey,
      cap,
      spent: 0n,
      revoked_at: null,
    })
    .execute()
  return authenticate(database, `Bearer ${key}`)
}

/** An answer of a base model, with what a test wants otherwise. */
export function sampleAnswer(changes: Partial<Answer> = {}): Answer {
  return {
    requestId: newRequestId(Date.now(), randomBytes(10)),
    modelId: 1n,
    model: 'base@1',
    adapterHash: null,
    baseHash: BASE_HASH,
    messages: [{ role: 'user', content: 'What is the npm package left-pad?' }],
    answer: 'It pads strings on the left.',
    tokensIn: 12,
    tokensOut: 8,
    fee: 44_000_000_000_000n,
    paramsVersion: 1,
    promptSalt: hex32(),
    answerSalt: hex32(),
    isPublic: true,
    issuedAt: 1_790_000_000_000n,
    ...changes,
  }
}

/** A chain that answers at once, as far as the gateway asks it. */
export function sampleChain(changes: Partial<ChainFacts> = {}): ChainFacts {
  const head = { number: 10, hash: `0x${'0a'.repeat(32)}`, timestamp: 1_790_000_000 }
  return {
    chainId: 31337n,
    serviceId: 1,
    escrowDomain: { chainId: 31337n, verifyingContract: ESCROW },
    settlementDomain: { chainId: 31337n, verifyingContract: SETTLEMENT },
    deployment: {} as Deployment,
    contracts: {} as Contracts,
    hostId: async () => 9n,
    funded: async () => 10n ** 24n,
    params: async () => DEFAULT_PARAMS,
    paramsOf: async (version) => ({ ...DEFAULT_PARAMS, version }),
    heads: async () => ({ latest: head, safe: head, finalized: head }),
    ...changes,
  }
}
