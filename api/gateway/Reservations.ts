import { formatOpen } from '@tributary/protocol/money/formatOpen'
import type { Kysely } from 'kysely'
import type { ChainFacts } from '../chain/chainFacts.ts'
import type { AppDatabase } from '../database/schema.ts'
import type { Caller } from './apiKeys.ts'
import { GatewayError } from './errors.ts'

/**
 * Money set aside for answers that are being given, so that several at once cannot together spend
 * more than a payer's escrow or a key's cap holds. It lives in memory: one process meters a service.
 */
export class Reservations {
  readonly #database: Kysely<AppDatabase>
  readonly #chain: ChainFacts
  readonly #byPayer = new Map<bigint, bigint>()
  readonly #byKey = new Map<number, bigint>()

  constructor(database: Kysely<AppDatabase>, chain: ChainFacts) {
    this.#database = database
    this.#chain = chain
  }

  /**
   * Sets aside at most `amount` wei; returns the function that gives it back. Throws a
   * GatewayError (402 `insufficient_escrow` or `spending_cap_reached`).
   */
  async reserve(caller: Caller, amount: bigint): Promise<() => void> {
    const funded = await this.#chain.funded(caller.payerId)
    // An answer that is metered while the next query runs would be missed by both, so what is held
    // before and after the query counts, whichever is more.
    const heldBefore = this.#byPayer.get(caller.payerId) ?? 0n
    const metered = await this.#database
      .selectFrom('payer_meter')
      .select('cumulative')
      .where('payer_id', '=', caller.payerId.toString())
      .where('service_id', '=', this.#chain.serviceId)
      .executeTakeFirst()
    const held = this.#byPayer.get(caller.payerId) ?? 0n
    const free = funded - BigInt(metered?.cumulative ?? 0) - (held > heldBefore ? held : heldBefore)
    if (free < amount) {
      throw new GatewayError(
        402,
        'insufficient_escrow',
        `the escrow of payer ${caller.payerId} has ${formatOpen(free > 0n ? free : 0n)} OPEN free, ` +
          `this call may cost up to ${formatOpen(amount)} OPEN; deposit to PaymentEscrow or lower max_tokens`,
      )
    }
    const heldByKey = this.#byKey.get(caller.keyId) ?? 0n
    if (caller.spent + heldByKey + amount > caller.cap) {
      throw new GatewayError(
        402,
        'spending_cap_reached',
        `this key may spend ${formatOpen(caller.cap)} OPEN and has spent ${formatOpen(caller.spent)}`,
      )
    }
    // No await between the checks and these lines: two calls cannot pass on the same money.
    this.#byPayer.set(caller.payerId, held + amount)
    this.#byKey.set(caller.keyId, heldByKey + amount)
    let given = false
    return () => {
      if (given) return
      given = true
      this.#byPayer.set(caller.payerId, (this.#byPayer.get(caller.payerId) ?? 0n) - amount)
      this.#byKey.set(caller.keyId, (this.#byKey.get(caller.keyId) ?? 0n) - amount)
    }
  }
}
