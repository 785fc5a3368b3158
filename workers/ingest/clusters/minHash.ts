import { mix32 } from './wordHashes.ts'

/** Permutations of a signature. */
export const PERMUTATIONS = 128
const ROWS = 4
const SEEDS = Uint32Array.from({ length: PERMUTATIONS }, (_, at) => mix32(at + 1))

/**
 * MinHash signature of a set (Broder, "On the Resemblance and Containment of Documents", 1997): two
 * signatures agree in a place with the probability of their sets' Jaccard similarity.
 */
export function minHash(set: Uint32Array): Uint32Array {
  const signature = new Uint32Array(PERMUTATIONS).fill(0xffff_ffff)
  for (const element of set) {
    for (let at = 0; at < PERMUTATIONS; at++) {
      const hash = mix32(element ^ SEEDS[at])
      if (hash < signature[at]) signature[at] = hash
    }
  }
  return signature
}

/**
 * One key for each four places of a signature. Sets of similarity 0.8 share at least one of the 32
 * keys but in one case of twenty million; whoever shares one is compared exactly.
 */
export function bandKeys(signature: Uint32Array): number[] {
  const keys: number[] = []
  for (let first = 0; first < PERMUTATIONS; first += ROWS) {
    let low = first
    let high = first
    for (let row = first; row < first + ROWS; row++) {
      low = mix32(low ^ signature[row])
      high = mix32(Math.imul(high, 31) + signature[row])
    }
    keys.push(low * 2 ** 21 + (high >>> 11))
  }
  return keys
}
