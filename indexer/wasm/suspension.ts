/**
 * For whom what is loaded is of use beside the handler that lacks it: for handlers of the same
 * block, as what a contract answers there; for those of all blocks after it, as an entity; or for
 * none.
 */
export type SuspensionReach = 'handler' | 'block' | 'chain'

/**
 * Thrown through a handler that needs what is not in memory. The handler's effects are dropped,
 * {@link load} is awaited and the handler runs again from its start: handlers are deterministic,
 * and AssemblyScript cannot catch.
 */
export class Suspension {
  readonly load: () => Promise<void>
  readonly reach: SuspensionReach

  constructor(reach: SuspensionReach, load: () => Promise<void>) {
    this.reach = reach
    this.load = load
  }
}
