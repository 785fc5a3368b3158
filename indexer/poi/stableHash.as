/*
 * The hash behind a proof of indexing: graph-node's "fast" stable hash, which is XXH3 (128 bits,
 * seeded) of each field, mixed without regard to order in 192 bits. In AssemblyScript, because its
 * arithmetic is of 64 and 128 bits. `stableHash.wasm` is made of it: see `compileStableHash.ts`.
 *
 * A field's address is a number of 128 bits. The host moves it with `root` and `child`, and hands
 * each event over as a whole, in the form that `writeEvent.ts` gives it.
 */

const PRIME32_1: u64 = 0x9e3779b1
const PRIME32_2: u64 = 0x85ebca77
const PRIME32_3: u64 = 0xc2b2ae3d
const PRIME64_1: u64 = 0x9e3779b185ebca87
const PRIME64_2: u64 = 0xc2b2ae3d27d4eb4f
const PRIME64_3: u64 = 0x165667b19e3779f9
const PRIME64_4: u64 = 0x85ebca77c2b2ae63
const PRIME64_5: u64 = 0x27d4eb2f165667c5
const PRIME_MX1: u64 = 0x165667919e3779f9
const PRIME_MX2: u64 = 0x9fb21c651e98df25
/** XXH3's default secret. */
const SECRET_SIZE: usize = 192
const SECRET = memory.data<u8>([
  0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c,
  0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f,
  0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
  0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6, 0x81, 0x3a, 0x26, 0x4c,
  0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
  0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
  0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d,
  0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31, 0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64,
  0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
  0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
  0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce,
  0x45, 0xcb, 0x3a, 0x8f, 0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
])
const SEEDED_SECRET = memory.data(192)
const ACCUMULATORS = memory.data(64)

/** The mixer's P and its neutral element, lowest limb first; its Q is 2^64 - 7 and its R is 8. */
const P0: u64 = 2305843009213693959
const P1: u64 = 2305843009213693950
const NEUTRAL0: u64 = 16140901064495857665

/** A hasher is 24 bytes of the mixer, lowest limb first, and how many fields were written. */
const STATE = memory.data(32)
const MEMBER = memory.data(32)
const DIGEST = memory.data(32)
let hasher: usize = STATE

const PRIME_OF_ADDRESS: u64 = 486187739
const ROOT: u64 = 17
let addressLow: u64 = ROOT
let addressHigh: u64 = 0

let hashLow: u64 = 0
let hashHigh: u64 = 0
let productLow: u64 = 0
let productHigh: u64 = 0
let childHigh: u64 = 0
let accLow: u64 = 0
let accHigh: u64 = 0

/** Where the host writes what is to be hashed; from here to the memory's end is its own. */
export function input(): usize {
  return __heap_base
}

/** 32 bytes: the hasher. */
export function state(): usize {
  return STATE
}

/** 32 bytes: a hasher for `mixin`, and what `finish` leaves in its first 16. */
export function digest(): usize {
  return DIGEST
}

/** Empties the hasher. */
export function reset(): void {
  empty(STATE)
}

export function root(): void {
  addressLow = ROOT
  addressHigh = 0
}

export function child(number: u32): void {
  addressLow = childOf(addressLow, addressHigh, number)
  addressHigh = childHigh
}

/** Writes bytes at the address. */
export function bytes(at: usize, length: usize): void {
  if (length > 0) write(addressLow, addressHigh, at, length)
}

/** Writes a whole number at the address. */
export function integer(value: f64): void {
  const at = __heap_base
  store<u64>(at, <u64>value)
  magnitude(addressLow, addressHigh, at, 8)
}

/** Writes nothing at the address: that something is there. */
export function present(): void {
  write(addressLow, addressHigh, 0, 0)
}

/** Adds the fields of the hasher in `digest` to those of the hasher. */
export function mixin(): void {
  mixLimbs(STATE, load<u64>(DIGEST), load<u64>(DIGEST, 8), load<u64>(DIGEST, 16))
  store<u64>(STATE, load<u64>(STATE, 24) + load<u64>(DIGEST, 24), 24)
}

/** Leaves the hash of all fields in `digest`. */
export function finish(): void {
  xxh3(STATE, 24, load<u64>(STATE, 24))
  store<u64>(DIGEST, hashLow)
  store<u64>(DIGEST, hashHigh, 8)
}

/** Leaves the XXH3 of the first bytes of the input in `digest`. */
export function xxh3Of(length: usize, seed: u64): void {
  xxh3(__heap_base, length, seed)
  store<u64>(DIGEST, hashLow)
  store<u64>(DIGEST, hashHigh, 8)
}

const REMOVE: u8 = 1
const SET: u8 = 2

/** Writes the event that stands at the start of the input at the address. */
export function event(): void {
  const low = addressLow
  const high = addressHigh
  let at = __heap_base
  const kind = load<u8>(at)
  if (kind == REMOVE || kind == SET) {
    // The type's name, then the id.
    at = text(childOf(low, high, 0), childHigh, at + 1)
    at = text(childOf(low, high, 1), childHigh, at)
  } else {
    magnitude(childOf(low, high, 0), childHigh, at + 1, 4)
  }
  if (kind == SET) {
    const setLow = childOf(low, high, 2)
    const setHigh = childHigh
    const nameLow = childOf(ROOT, 0, 0)
    const nameHigh = childHigh
    const valueLow = childOf(ROOT, 0, 1)
    const valueHigh = childHigh
    const fields = load<u32>(at)
    at += 4
    for (let field: u32 = 0; field < fields; field++) {
      // Fields have no order: each is hashed on its own, and all are written at one address.
      hasher = MEMBER
      empty(MEMBER)
      at = text(nameLow, nameHigh, at)
      at = value(valueLow, valueHigh, at)
      hasher = STATE
      write(setLow, setHigh, MEMBER, 32)
    }
  }
  write(low, high, __heap_base, 1)
}

const NULL: u8 = 0
const STRING: u8 = 1
const DECIMAL: u8 = 3
const BOOLEAN: u8 = 4
const LIST: u8 = 5
const BYTES: u8 = 6

/** A tag, then the value; null leaves no trace. Returns where it ends. */
function value(low: u64, high: u64, at: usize): usize {
  const tag = load<u8>(at)
  if (tag == NULL) return at + 1
  const innerLow = childOf(low, high, 0)
  const innerHigh = childHigh
  let end = at + 1
  switch (tag) {
    case STRING:
    case BYTES:
      end = text(innerLow, innerHigh, end)
      break
    case BOOLEAN:
      if (load<u8>(end) != 0) write(innerLow, innerHigh, 0, 0)
      end += 1
      break
    case LIST: {
      const count = load<u32>(end)
      const length = end
      end += 4
      for (let index: u32 = 0; index < count; index++) {
        end = value(childOf(innerLow, innerHigh, index), childHigh, end)
      }
      magnitude(innerLow, innerHigh, length, 4)
      break
    }
    case DECIMAL:
      end = signed(childOf(innerLow, innerHigh, 1), childHigh, end)
      end = signed(innerLow, innerHigh, end)
      break
    default:
      end = signed(innerLow, innerHigh, end)
  }
  write(low, high, at, 1)
  return end
}

/** A length, then so many bytes. Returns where they end. */
function text(low: u64, high: u64, at: usize): usize {
  const length = load<u32>(at)
  if (length > 0) write(low, high, at + 4, length)
  return at + 4 + length
}

/** Whether it is negative, how many bytes, and its magnitude. Returns where it ends. */
function signed(low: u64, high: u64, at: usize): usize {
  if (load<u8>(at) != 0) write(childOf(low, high, 0), childHigh, 0, 0)
  const length = load<u32>(at, 1)
  magnitude(low, high, at + 5, length)
  return at + 5 + length
}

/** A number without its leading zeros; nothing for zero. */
function magnitude(low: u64, high: u64, at: usize, length: usize): void {
  while (length > 0 && load<u8>(at + length - 1) == 0) length -= 1
  if (length > 0) write(low, high, at, length)
}

/** The lower half of the address; the upper one is left in `childHigh`. */
function childOf(low: u64, high: u64, number: u32): u64 {
  const lower = (low & 0xffffffff) * PRIME_OF_ADDRESS
  const upper = (low >> 32) * PRIME_OF_ADDRESS + (lower >> 32)
  const product = (upper << 32) | (lower & 0xffffffff)
  const sum = product + <u64>number
  childHigh = high * PRIME_OF_ADDRESS + (upper >> 32) + (sum < product ? 1 : 0)
  return sum
}

function empty(at: usize): void {
  store<u64>(at, NEUTRAL0)
  store<u64>(at, u64.MAX_VALUE, 8)
  store<u64>(at, u64.MAX_VALUE, 16)
  store<u64>(at, 0, 24)
}

function write(low: u64, high: u64, at: usize, length: usize): void {
  xxh3(at, length, low)
  mixLimbs(hasher, high & 0x7fffffffffffffff, hashLow, hashHigh)
  store<u64>(hasher, load<u64>(hasher, 24) + 1, 24)
}

/** x becomes P + Q(x + y) + Rxy mod 2^192, with Q = 2^64 - 7 and R = 8. */
function mixLimbs(at: usize, y0: u64, y1: u64, y2: u64): void {
  const x0 = load<u64>(at)
  const x1 = load<u64>(at, 8)
  const x2 = load<u64>(at, 16)

  multiply(x0, y0)
  let p0 = productLow
  let p1 = productHigh
  let p2: u64 = 0
  multiply(x0, y1)
  p1 += productLow
  p2 += productHigh + (p1 < productLow ? 1 : 0)
  multiply(x1, y0)
  p1 += productLow
  p2 += productHigh + (p1 < productLow ? 1 : 0)
  p2 += x0 * y2 + x1 * y1 + x2 * y0
  p2 = (p2 << 3) | (p1 >> 61)
  p1 = (p1 << 3) | (p0 >> 61)
  p0 = p0 << 3

  const s0 = x0 + y0
  let carry: u64 = s0 < x0 ? 1 : 0
  const t1 = x1 + y1
  const s1 = t1 + carry
  carry = (t1 < x1 ? 1 : 0) | (s1 < t1 ? 1 : 0)
  const s2 = x2 + y2 + carry

  // 7s, to be taken from s shifted by one limb.
  multiply(s0, 7)
  const m0 = productLow
  let m1 = productHigh
  multiply(s1, 7)
  m1 += productLow
  const m2 = s2 * 7 + productHigh + (m1 < productLow ? 1 : 0)
  const q0 = 0 - m0
  let borrow: u64 = m0 != 0 ? 1 : 0
  const d1 = s0 - m1
  const q1 = d1 - borrow
  borrow = (s0 < m1 ? 1 : 0) | (d1 < borrow ? 1 : 0)
  const q2 = s1 - m2 - borrow

  let r0 = p0 + q0
  carry = r0 < p0 ? 1 : 0
  let r1 = p1 + q1
  let over: u64 = r1 < p1 ? 1 : 0
  r1 += carry
  over += r1 < carry ? 1 : 0
  let r2 = p2 + q2 + over
  r0 += P0
  carry = r0 < P0 ? 1 : 0
  r1 += P1
  over = r1 < P1 ? 1 : 0
  r1 += carry
  over += r1 < carry ? 1 : 0
  r2 += over

  store<u64>(at, r0)
  store<u64>(at, r1, 8)
  store<u64>(at, r2, 16)
}

/** Leaves the product of two numbers in `productLow` and `productHigh`. */
function multiply(x: u64, y: u64): void {
  const x0 = x & 0xffffffff
  const x1 = x >> 32
  const y0 = y & 0xffffffff
  const y1 = y >> 32
  const low = x0 * y0
  const cross = x1 * y0 + (low >> 32)
  const middle = x0 * y1 + (cross & 0xffffffff)
  productLow = (middle << 32) | (low & 0xffffffff)
  productHigh = x1 * y1 + (cross >> 32) + (middle >> 32)
}

function fold(x: u64, y: u64): u64 {
  multiply(x, y)
  return productLow ^ productHigh
}

/** XXH3 of 128 bits; leaves it in `hashLow` and `hashHigh`. */
function xxh3(at: usize, length: usize, seed: u64): void {
  if (length <= 16) {
    if (length > 8) return xxh3Of9To16(at, length, seed)
    if (length >= 4) return xxh3Of4To8(at, length, seed)
    if (length > 0) return xxh3Of1To3(at, length, seed)
    hashLow = avalanche64(seed ^ load<u64>(SECRET, 64) ^ load<u64>(SECRET, 72))
    hashHigh = avalanche64(seed ^ load<u64>(SECRET, 80) ^ load<u64>(SECRET, 88))
    return
  }
  if (length <= 128) return xxh3Of17To128(at, length, seed)
  if (length <= 240) return xxh3Of129To240(at, length, seed)
  xxh3OfMore(at, length, seed)
}

function avalanche64(hash: u64): u64 {
  hash = (hash ^ (hash >> 33)) * PRIME64_2
  hash = (hash ^ (hash >> 29)) * PRIME64_3
  return hash ^ (hash >> 32)
}

function avalanche(hash: u64): u64 {
  hash = (hash ^ (hash >> 37)) * PRIME_MX1
  return hash ^ (hash >> 32)
}

function xxh3Of1To3(at: usize, length: usize, seed: u64): void {
  const first = <u32>load<u8>(at)
  const middle = <u32>load<u8>(at + (length >> 1))
  const last = <u32>load<u8>(at + length - 1)
  const low: u32 = (first << 16) | (middle << 24) | last | (<u32>length << 8)
  const high: u32 = rotl<u32>(bswap<u32>(low), 13)
  const flipLow = <u64>(load<u32>(SECRET) ^ load<u32>(SECRET, 4)) + seed
  const flipHigh = <u64>(load<u32>(SECRET, 8) ^ load<u32>(SECRET, 12)) - seed
  hashLow = avalanche64(<u64>low ^ flipLow)
  hashHigh = avalanche64(<u64>high ^ flipHigh)
}

function xxh3Of4To8(at: usize, length: usize, seed: u64): void {
  seed ^= <u64>bswap<u32>(<u32>seed) << 32
  const both = <u64>load<u32>(at) + (<u64>load<u32>(at + length - 4) << 32)
  const flip = (load<u64>(SECRET, 16) ^ load<u64>(SECRET, 24)) + seed
  multiply(both ^ flip, PRIME64_1 + (<u64>length << 2))
  const high = productHigh + (productLow << 1)
  let low = productLow ^ (high >> 3)
  low = (low ^ (low >> 35)) * PRIME_MX2
  hashLow = low ^ (low >> 28)
  hashHigh = avalanche(high)
}

function xxh3Of9To16(at: usize, length: usize, seed: u64): void {
  const flipLow = (load<u64>(SECRET, 32) ^ load<u64>(SECRET, 40)) - seed
  const flipHigh = (load<u64>(SECRET, 48) ^ load<u64>(SECRET, 56)) + seed
  const first = load<u64>(at)
  let last = load<u64>(at + length - 8)
  multiply(first ^ last ^ flipLow, PRIME64_1)
  let low = productLow + ((<u64>length - 1) << 54)
  last ^= flipHigh
  const high = productHigh + last + (last & 0xffffffff) * (PRIME32_2 - 1)
  low ^= bswap<u64>(high)
  multiply(low, PRIME64_2)
  hashLow = avalanche(productLow)
  hashHigh = avalanche(productHigh + high * PRIME64_2)
}

function mix16(at: usize, secret: usize, seed: u64): u64 {
  return fold(
    load<u64>(at) ^ (load<u64>(secret) + seed),
    load<u64>(at, 8) ^ (load<u64>(secret, 8) - seed),
  )
}

function mix32(first: usize, second: usize, secret: usize, seed: u64): void {
  accLow = (accLow + mix16(first, secret, seed)) ^ (load<u64>(second) + load<u64>(second, 8))
  accHigh = (accHigh + mix16(second, secret + 16, seed)) ^ (load<u64>(first) + load<u64>(first, 8))
}

function finishMiddle(length: usize, seed: u64): void {
  hashLow = avalanche(accLow + accHigh)
  hashHigh =
    0 -
    avalanche(accLow * PRIME64_1 + accHigh * PRIME64_4 + (<u64>length - seed) * PRIME64_2)
}

function xxh3Of17To128(at: usize, length: usize, seed: u64): void {
  const end = at + length
  accLow = <u64>length * PRIME64_1
  accHigh = 0
  if (length > 32) {
    if (length > 64) {
      if (length > 96) mix32(at + 48, end - 64, SECRET + 96, seed)
      mix32(at + 32, end - 48, SECRET + 64, seed)
    }
    mix32(at + 16, end - 32, SECRET + 32, seed)
  }
  mix32(at, end - 16, SECRET, seed)
  finishMiddle(length, seed)
}

function xxh3Of129To240(at: usize, length: usize, seed: u64): void {
  accLow = <u64>length * PRIME64_1
  accHigh = 0
  for (let done: usize = 32; done < 160; done += 32) {
    mix32(at + done - 32, at + done - 16, SECRET + done - 32, seed)
  }
  accLow = avalanche(accLow)
  accHigh = avalanche(accHigh)
  for (let done: usize = 160; done <= length; done += 32) {
    mix32(at + done - 32, at + done - 16, SECRET + 3 + done - 160, seed)
  }
  mix32(at + length - 16, at + length - 32, SECRET + 103, 0 - seed)
  finishMiddle(length, seed)
}

function xxh3OfMore(at: usize, length: usize, seed: u64): void {
  for (let offset: usize = 0; offset < SECRET_SIZE; offset += 16) {
    store<u64>(SEEDED_SECRET + offset, load<u64>(SECRET + offset) + seed)
    store<u64>(SEEDED_SECRET + offset, load<u64>(SECRET + offset, 8) - seed, 8)
  }
  store<u64>(ACCUMULATORS, PRIME32_3)
  store<u64>(ACCUMULATORS, PRIME64_1, 8)
  store<u64>(ACCUMULATORS, PRIME64_2, 16)
  store<u64>(ACCUMULATORS, PRIME64_3, 24)
  store<u64>(ACCUMULATORS, PRIME64_4, 32)
  store<u64>(ACCUMULATORS, PRIME32_2, 40)
  store<u64>(ACCUMULATORS, PRIME64_5, 48)
  store<u64>(ACCUMULATORS, PRIME32_1, 56)
  const end = at + length
  let block = at
  for (; block + 1024 < end; block += 1024) {
    for (let stripe: usize = 0; stripe < 16; stripe++) {
      accumulate(block + stripe * 64, SEEDED_SECRET + stripe * 8)
    }
    scramble(SEEDED_SECRET + 128)
  }
  const stripes = (end - 1 - block) / 64
  for (let stripe: usize = 0; stripe < stripes; stripe++) {
    accumulate(block + stripe * 64, SEEDED_SECRET + stripe * 8)
  }
  accumulate(end - 64, SEEDED_SECRET + 121)
  hashLow = merge(SEEDED_SECRET + 11, <u64>length * PRIME64_1)
  hashHigh = merge(SEEDED_SECRET + 117, ~(<u64>length * PRIME64_2))
}

function accumulate(at: usize, secret: usize): void {
  for (let lane: usize = 0; lane < 64; lane += 8) {
    const data = load<u64>(at + lane)
    const key = data ^ load<u64>(secret + lane)
    const other = ACCUMULATORS + (lane ^ 8)
    store<u64>(other, load<u64>(other) + data)
    const own = ACCUMULATORS + lane
    store<u64>(own, load<u64>(own) + (key & 0xffffffff) * (key >> 32))
  }
}

function scramble(secret: usize): void {
  for (let lane: usize = 0; lane < 64; lane += 8) {
    const own = ACCUMULATORS + lane
    let sum = load<u64>(own)
    sum ^= sum >> 47
    sum ^= load<u64>(secret + lane)
    store<u64>(own, sum * PRIME32_1)
  }
}

function merge(secret: usize, start: u64): u64 {
  let result = start
  for (let pair: usize = 0; pair < 64; pair += 16) {
    result += fold(
      load<u64>(ACCUMULATORS + pair) ^ load<u64>(secret + pair),
      load<u64>(ACCUMULATORS + pair, 8) ^ load<u64>(secret + pair, 8),
    )
  }
  return avalanche(result)
}
