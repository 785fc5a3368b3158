import { mix32 } from './wordHashes.ts'

/** Words in a shingle. */
export const SHINGLE_WORDS = 5

/**
 * The set of a text's runs of five words, each as a 32-bit hash, ascending. A shorter text is one
 * single shingle.
 */
export function shingles(words: Uint32Array): Uint32Array {
  const count = Math.max(1, words.length - SHINGLE_WORDS + 1)
  const all = new Uint32Array(words.length === 0 ? 0 : count)
  for (let at = 0; at < all.length; at++) {
    let hash = 0
    const end = Math.min(at + SHINGLE_WORDS, words.length)
    for (let word = at; word < end; word++) hash = mix32(Math.imul(hash, 31) + words[word])
    all[at] = hash
  }
  all.sort()
  return all.filter((hash, at) => at === 0 || hash !== all[at - 1])
}

/** |A ∩ B| / |A ∪ B| of two ascending sets; 0 where both are empty. */
export function jaccard(one: Uint32Array, other: Uint32Array): number {
  let shared = 0
  let left = 0
  let right = 0
  while (left < one.length && right < other.length) {
    const difference = one[left] - other[right]
    if (difference === 0) shared += 1
    if (difference <= 0) left += 1
    if (difference >= 0) right += 1
  }
  const union = one.length + other.length - shared
  return union === 0 ? 0 : shared / union
}
