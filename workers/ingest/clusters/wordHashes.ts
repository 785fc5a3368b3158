// Chinese and Japanese write no spaces: there every character counts as a word (UAX #29 does too).
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}])[\p{L}\p{M}\p{N}])+/gu

/** A text's Unicode words, NFKC and in lower case: what near-duplicates are compared by. */
export function words(text: string): string[] {
  return text.normalize('NFKC').toLowerCase().match(WORD) ?? []
}

/** 32-bit hash of each word of a text (FNV-1a over UTF-16 units, then mixed). */
export function wordHashes(text: string): Uint32Array {
  const found = words(text)
  const hashes = new Uint32Array(found.length)
  for (const [at, word] of found.entries()) {
    let hash = 0x811c9dc5
    for (let unit = 0; unit < word.length; unit++) {
      hash = Math.imul(hash ^ word.charCodeAt(unit), 0x01000193)
    }
    hashes[at] = mix32(hash)
  }
  return hashes
}

/** Spreads every bit of a 32-bit integer over all others (the finaliser of MurmurHash3). */
export function mix32(value: number): number {
  let mixed = value
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
