/** A transaction of one of the chain's accounts; it makes a contract where `to` is null. */
export interface Transaction {
  readonly from: string
  readonly to: string | null
  readonly data: string
}

/** What other contracts than the benchmark's token do on its chain. */
export interface Traffic {
  /** What makes the contracts, each at the address that its subgraph names. */
  deployments(accounts: readonly string[]): readonly Transaction[]
  /** Transactions of one block with so many events together. */
  transactions(events: number, accounts: readonly string[]): readonly Transaction[]
}
