/**
 * Suffix array of a text by induced sorting: SA-IS (Nong, Zhang, Chan, "Two Efficient Algorithms
 * for Linear Time Suffix Array Construction", IEEE Trans. Computers 2011). Linear in time; a
 * suffix that is a prefix of another sorts before it, as if a smallest symbol followed the text.
 *
 * @param text symbols from 0 to `alphabet` − 1; every function here takes Int32Array alone, so that
 *   the engine compiles each for one kind of array
 * @param alphabet one more than the largest symbol
 * @returns start of each suffix, in the order of the suffixes
 */
export function suffixArray(text: Int32Array, alphabet: number): Int32Array {
  const n = text.length
  const order = new Int32Array(n)
  if (n === 0) return order
  if (n === 1) return order

  const smaller = suffixTypes(text)
  const starts = bucketStarts(text, alphabet)

  // First round: any order of the LMS suffixes sorts their substrings up to the next LMS.
  const cursor = new Int32Array(alphabet)
  order.fill(-1)
  cursor.set(starts.subarray(1))
  let lmsCount = 0
  for (let at = n - 1; at > 0; at--) {
    if (smaller[at] === 1 && smaller[at - 1] === 0) {
      order[--cursor[text[at]]] = at
      lmsCount += 1
    }
  }
  induce(text, order, smaller, starts, cursor)

  // Second round: from the LMS suffixes in their true order.
  if (lmsCount > 0) {
    const sorted = sortLms(text, order, smaller, lmsCount)
    order.fill(-1)
    cursor.set(starts.subarray(1))
    for (let rank = lmsCount - 1; rank >= 0; rank--) {
      const at = sorted[rank]
      order[--cursor[text[at]]] = at
    }
    induce(text, order, smaller, starts, cursor)
  }
  return order
}

/** 1 where a suffix is smaller than its right neighbour (S-type), 0 where it is larger (L-type). */
function suffixTypes(text: Int32Array): Uint8Array {
  const smaller = new Uint8Array(text.length)
  for (let at = text.length - 2; at >= 0; at--) {
    const here = text[at]
    const next = text[at + 1]
    smaller[at] = here < next || (here === next && smaller[at + 1] === 1) ? 1 : 0
  }
  return smaller
}

/** Where each symbol's suffixes begin in the order; one entry more, the text's length. */
function bucketStarts(text: Int32Array, alphabet: number): Int32Array {
  const starts = new Int32Array(alphabet + 1)
  for (let at = 0; at < text.length; at++) starts[text[at] + 1] += 1
  for (let symbol = 0; symbol < alphabet; symbol++) starts[symbol + 1] += starts[symbol]
  return starts
}

/** Puts every suffix into its place, given some S-type ones at the ends of their buckets. */
function induce(
  text: Int32Array,
  order: Int32Array,
  smaller: Uint8Array,
  starts: Int32Array,
  cursor: Int32Array,
): void {
  const n = text.length
  cursor.set(starts.subarray(0, cursor.length))
  // The symbol that ends the text is the neighbour of the imagined smallest one behind it.
  order[cursor[text[n - 1]]++] = n - 1
  for (let rank = 0; rank < n; rank++) {
    const at = order[rank] - 1
    if (at >= 0 && smaller[at] === 0) order[cursor[text[at]]++] = at
  }
  cursor.set(starts.subarray(1))
  for (let rank = n - 1; rank >= 0; rank--) {
    const at = order[rank] - 1
    if (at >= 0 && smaller[at] === 1) order[--cursor[text[at]]] = at
  }
}

/** The LMS suffixes in their true order, given an order that sorts their LMS substrings. */
function sortLms(
  text: Int32Array,
  order: Int32Array,
  smaller: Uint8Array,
  lmsCount: number,
): Int32Array {
  const n = text.length
  // LMS positions are at least two apart, so half the position finds a free place for the name.
  const names = new Int32Array((n >> 1) + 1).fill(-1)
  let name = -1
  let previous = -1
  for (let rank = 0; rank < n; rank++) {
    const at = order[rank]
    if (at === 0 || smaller[at] === 0 || smaller[at - 1] === 1) continue
    if (previous < 0 || !sameLmsSubstring(text, smaller, previous, at)) name += 1
    names[at >> 1] = name
    previous = at
  }

  const reduced = new Int32Array(lmsCount)
  const positions = new Int32Array(lmsCount)
  let index = 0
  for (let at = 1; at < n; at++) {
    if (smaller[at] === 1 && smaller[at - 1] === 0) {
      positions[index] = at
      reduced[index++] = names[at >> 1]
    }
  }
  const sorted = new Int32Array(lmsCount)
  if (name + 1 === lmsCount) {
    for (let at = 0; at < lmsCount; at++) sorted[reduced[at]] = positions[at]
  } else {
    const inner = suffixArray(reduced, name + 1)
    for (let rank = 0; rank < lmsCount; rank++) sorted[rank] = positions[inner[rank]]
  }
  return sorted
}

/** Whether two LMS substrings agree, symbols and types, to the next LMS position inclusive. */
function sameLmsSubstring(
  text: Int32Array,
  smaller: Uint8Array,
  one: number,
  other: number,
): boolean {
  const n = text.length
  for (let step = 0; ; step++) {
    const a = one + step
    const b = other + step
    // Only the last one meets the end of the text, so no other equals it.
    if (a === n || b === n) return false
    if (text[a] !== text[b] || smaller[a] !== smaller[b]) return false
    if (step > 0 && smaller[a] === 1 && smaller[a - 1] === 0) return true
  }
}
