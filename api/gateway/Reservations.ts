import { formatOpen } from '@tributary/protocol/money/formatOpen'
import type { Kysely } from 'kysely'
import type { ChainFacts } from '../chain/chainFacts.ts'
import type { AppDatabase } from '../database/schema.ts'
import type { Caller } from './apiKeys.ts'
import { GatewayError } from './errors.ts'

interface Hold {
  payerId: bigint
  keyId: number
  amount: bigint
}

/**
 * Money set aside for answers that are being given, so that several at once cannot together spend
 * more than a payer's escrow or a key's cap holds. It lives in memory: one process meters a service.
 */
export class Reservations {
  readonly #database: Kysely<AppDatabase>
  readonly #chain: ChainFacts
  readonly #holds = new Set<Hold>()

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
    // An answer that is metered while the query runs may be missed by it although its hold is gone
    // afterwards: what was held at any moment since counts. Too much is refused then, never too little.
    const before = [...this.#holds]
    const metered = await this.#database
      .selectFrom('api_key')
      .leftJoin('payer_meter', (join) =>
        join
          .onRef('payer_meter.payer_id', '=', 'api_key.payer_id')
          .on('payer_meter.service_id', '=', this.#chain.serviceId),
      )
      .select(['api_key.spent', 'payer_meter.cumulative'])
      .where('api_key.key_id', '=', caller.keyId)
      .executeTakeFirst()
    const holds = [...new Set([...before, ...this.#holds])]
    const sum = (which: (hold: Hold) => boolean) =>
      holds.filter(which).reduce((total, { amount: held }) => total + held, 0n)
    const held = sum(({ payerId }) => payerId === caller.payerId)
    const free = funded - BigInt(metered?.cumulative ?? 0) - held
    if (free < amount) {
      throw new GatewayError(
        402,
        'insufficient_escrow',
        `the escrow of payer ${caller.payerId} has ${formatOpen(free > 0n ? free : 0n)} OPEN free, ` +
          `this call may cost up to ${formatOpen(amount)} OPEN; deposit to PaymentEscrow or lower max_tokens`,
      )
    }
    const spent = BigInt(metered?.spent ?? 0) + sum(({ keyId }) => keyId === caller.keyId)
    if (spent + amount > caller.cap) {
      throw new GatewayError(
        402,
        'spending_cap_reached',
        `this key may spend ${formatOpen(caller.cap)} OPEN and has spent ${formatOpen(spent)}, ` +
          `this call may cost up to ${formatOpen(amount)} OPEN`,
      )
    }
    // No await between the checks and this line: two calls cannot pass on the same money.
    const hold = { payerId: caller.payerId, keyId: caller.keyId, amount }
    this.#holds.add(hold)
    return () => {
      this.#holds.delete(hold)
    }
  }
}
