/** Words that two texts must share in a row for it to count as copying. */
export const RUN_WORDS = 50

const BASES = [0x9e3779b1, 0x85ebca77] as const
const LEAVING = BASES.map((base) => {
  let power = 1
  for (let at = 0; at < RUN_WORDS; at++) power = Math.imul(power, base)
  return power
})

/** A 53-bit hash of every run of fifty words, by where it begins; empty for shorter texts. */
export function runWindows(words: Uint32Array): Float64Array {
  const windows = new Float64Array(Math.max(0, words.length - RUN_WORDS + 1))
  let low = 0
  let high = 0
  for (let at = 0; at < words.length; at++) {
    low = Math.imul(low, BASES[0]) + words[at]
    high = Math.imul(high, BASES[1]) + words[at]
    if (at >= RUN_WORDS) {
      low -= Math.imul(words[at - RUN_WORDS], LEAVING[0])
      high -= Math.imul(words[at - RUN_WORDS], LEAVING[1])
    }
    low |= 0
    high |= 0
    if (at >= RUN_WORDS - 1) {
      windows[at - RUN_WORDS + 1] = (low >>> 0) * 2 ** 21 + (high >>> 11)
    }
  }
  return windows
}

/** How many words lie in at least one of the windows that begin at these ascending places. */
export function coveredWords(places: Iterable<number>): number {
  let covered = 0
  let end = 0
  for (const place of places) {
    covered += Math.min(RUN_WORDS, place + RUN_WORDS - end)
    end = place + RUN_WORDS
  }
  return covered
}
