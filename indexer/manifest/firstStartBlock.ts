/** The block at which the first of some data sources starts. */
export function firstStartBlock(dataSources: readonly { readonly startBlock: number }[]): number {
  return Math.min(...dataSources.map(({ startBlock }) => startBlock))
}
