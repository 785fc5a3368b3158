// Handlers that would never end, in the shape of those of the ledger. Compiled by compile.js.
@external('index', 'store.set')
declare function set(type: string, id: string, data: usize): void
@external('index', 'log.log')
declare function log(level: u32, message: string): void

let sum: i32 = 0

export function id_of_type(index: u32): u32 {
  return index
}

export function allocate(size: usize): usize {
  return heap.alloc(size)
}

/** Runs for ever. */
export function handleNoted(event: usize): void {
  for (let round = 0; ; round++) sum = sum * 31 + round
}

/** Allocates without end. */
export function handleOpened(event: usize): void {
  while (true) sum += new Uint8Array(1_000_000).length
}

/** Says something without end. */
export function handlePoisoned(event: usize): void {
  while (true) log(4, 'again')
}

/** Calls itself without end. */
export function handleMoved(event: usize): void {
  if (event != 1) handleMoved(event + 2)
  sum++
}

export function handleOnce(block: usize): void {}
export function handleFifth(block: usize): void {}
