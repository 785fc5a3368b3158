interface Block {
  header: { number: string; timestamp: string }
}

/**
 * Every start of anvil makes a genesis block of that moment, and its state file keeps them all, in
 * no order: after a second restart another block 0 may be served than the chain began with, and to
 * an indexer that is another chain. This keeps the oldest, with which it did begin.
 *
 * @param state the parsed state file; its list of blocks is changed
 * @returns whether there was anything to leave out
 */
export function oneGenesis(state: { blocks: Block[] }): boolean {
  const geneses = state.blocks.filter(({ header }) => BigInt(header.number) === 0n)
  if (geneses.length < 2) return false
  const age = ({ header }: Block) => BigInt(header.timestamp)
  const first = geneses.reduce((oldest, block) => (age(block) < age(oldest) ? block : oldest))
  state.blocks = state.blocks.filter((block) => block === first || !geneses.includes(block))
  return true
}
