import { checkVector, VECTOR_TOTAL_PPM, type VectorEntry } from './vector.ts'

const TOTAL = BigInt(VECTOR_TOTAL_PPM)

/**
 * Wei of each entry of a pool P: ⌊P·S_k/10⁶⌋ − ⌊P·S_{k−1}/10⁶⌋ with S the prefix sum in vector
 * order. The parts sum to P, and each follows from its own entry and prefix alone.
 */
export function splitPool(pool: bigint, vector: readonly VectorEntry[]): bigint[] {
  checkVector(vector)
  let prefix = 0n
  let given = 0n
  return vector.map(({ ppm }) => {
    prefix += BigInt(ppm)
    const upTo = (pool * prefix) / TOTAL
    const part = upTo - given
    given = upTo
    return part
  })
}
