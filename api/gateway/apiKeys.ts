import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { AppDatabase } from '../database/schema.ts'
import { GatewayError } from './errors.ts'

/** A caller as his API key makes him known. */
export interface Caller {
  keyId: number
  payerId: bigint
  signerKey: string
  cap: bigint
  spent: bigint
}

export const hashKey = (key: string) => createHash('sha256').update(key).digest('hex')

/** Finds the caller of an `Authorization: Bearer trb_…` header. Throws a GatewayError (401). */
export async function authenticate(
  database: Kysely<AppDatabase>,
  header: string | undefined,
): Promise<Caller> {
  const key = /^Bearer\s+(\S+)$/i.exec(header ?? '')?.[1]
  if (!key) {
    throw new GatewayError(
      401,
      'missing_api_key',
      'no API key was sent; send "Authorization: Bearer trb_…"',
    )
  }
  const row = await database
    .selectFrom('api_key')
    .selectAll()
    .where('key_hash', '=', hashKey(key))
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  if (!row)
    throw new GatewayError(401, 'invalid_api_key', 'this API key is not known or was revoked')
  return {
    keyId: row.key_id,
    payerId: BigInt(row.payer_id),
    signerKey: row.signer_key,
    cap: BigInt(row.cap),
    spent: BigInt(row.spent),
  }
}
