const FIRST = 0x87c37b91114253d5n
const SECOND = 0x4cf5ad432745937fn
const BLOCK_BYTES = 16

/** The first 64 bits of MurmurHash3's x64 variant of 128 bits, without a seed: `murmur3-x64-64`. */
export function murmur3(bytes: Uint8Array): bigint {
  // The last block counts with zeros after it, though not as a full one.
  const full = Math.floor(bytes.length / BLOCK_BYTES) * BLOCK_BYTES
  const padded = new Uint8Array(full + BLOCK_BYTES)
  padded.set(bytes)
  const view = new DataView(padded.buffer)
  let [one, two] = [0n, 0n]
  for (let at = 0; at < full; at += BLOCK_BYTES) {
    one ^= mixFirst(view.getBigUint64(at, true))
    one = wrap(wrap(rotate(one, 27n) + two) * 5n + 0x52dce729n)
    two ^= mixSecond(view.getBigUint64(at + 8, true))
    two = wrap(wrap(rotate(two, 31n) + one) * 5n + 0x38495ab5n)
  }
  const length = BigInt(bytes.length)
  one ^= mixFirst(view.getBigUint64(full, true)) ^ length
  two ^= mixSecond(view.getBigUint64(full + 8, true)) ^ length
  one = wrap(one + two)
  two = wrap(two + one)
  return wrap(scatter(one) + scatter(two))
}

function mixFirst(word: bigint): bigint {
  return wrap(rotate(wrap(word * FIRST), 31n) * SECOND)
}

function mixSecond(word: bigint): bigint {
  return wrap(rotate(wrap(word * SECOND), 33n) * FIRST)
}

function scatter(word: bigint): bigint {
  let mixed = wrap((word ^ (word >> 33n)) * 0xff51afd7ed558ccdn)
  mixed = wrap((mixed ^ (mixed >> 33n)) * 0xc4ceb9fe1a85ec53n)
  return mixed ^ (mixed >> 33n)
}

function rotate(word: bigint, bits: bigint): bigint {
  return wrap(word << bits) | (word >> (64n - bits))
}

function wrap(value: bigint): bigint {
  return BigInt.asUintN(64, value)
}
