import { TransientError } from '../errors/hostErrors.ts'

/** graph-node's limit for one run of a handler, in its unit: about a tenth of a nanosecond. */
export const MAX_GAS = 10_000_000_000_000

/** What any call of a host function costs there. */
const CALL = 110_000
/** Calls that cost more: at most 250,000 writes, ten million reads, 100,000 messages or sources. */
const COSTS: Readonly<Record<string, number>> = {
  'store.set': 40_010_000,
  'store.remove': 40_010_000,
  'store.get': 1_010_000,
  'store.get_in_block': 1_010_000,
  'store.loadRelated': 1_010_000,
  'log.log': 100_010_000,
  'dataSource.create': 100_010_000,
  'dataSource.createWithContext': 100_010_000,
}
/** What the host copies out of a guest's memory: so much is 256 MiB at most. */
const BYTE = MAX_GAS / (256 * 1024 * 1024)

/** What a call of a host function costs. */
export function callCost(name: string): number {
  return COSTS[name] ?? CALL
}

/** What a power costs beside the call: else it could take all memory that there is. */
export function powerCost(x: bigint, exponent: number): number {
  const bits = x === 0n ? 0 : (x < 0n ? -x : x).toString(2).length
  const bytes = Math.floor(bits / 8) + 1
  return 100 * bytes ** Math.floor(Math.log2(Math.max(exponent, 1)))
}

/** What one run of a handler has cost the host: without an end, it would exhaust it. */
export class HostGas {
  #used = 0

  reset(): void {
    this.#used = 0
  }

  /** Pays for a copy of so many bytes out of the guest's memory. */
  copy(bytes: number): void {
    this.spend(bytes * BYTE)
  }

  /** @throws TransientError when the run may not go on: graph-node calls it not deterministic. */
  spend(gas: number): void {
    this.#used += gas
    if (this.#used >= MAX_GAS) throw new TransientError(gasMessage(this.#used))
  }
}

/** Where graph-node's count stops. */
const MOST_GAS = 2 ** 64

/** graph-node's words for a run that cost too much. */
export function gasMessage(used: number): string {
  const counted = used < MOST_GAS ? BigInt(Math.floor(used)) : BigInt(MOST_GAS) - 1n
  return `Gas limit exceeded. Used: ${counted}`
}
