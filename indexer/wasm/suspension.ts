/**
 * Thrown through a handler that needs what is not in memory. The handler's effects are dropped,
 * {@link load} is awaited and the handler runs again from its start: handlers are deterministic,
 * and AssemblyScript cannot catch.
 */
export class Suspension {
  readonly load: () => Promise<void>

  constructor(load: () => Promise<void>) {
    this.load = load
  }
}
