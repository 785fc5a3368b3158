import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { SOURCE_SECTION, sourceDigest } from './compileStableHash.ts'
import { StableHash } from './stableHash.ts'

const SEED = 0x9e3779b1n

/** The buffer of xxHash's own sanity check. */
function sanityBuffer(length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let generator = SEED
  for (let at = 0; at < length; at++) {
    bytes[at] = Number(generator >> 56n)
    generator = BigInt.asUintN(64, generator * 0x9e3779b185ebca8dn)
  }
  return bytes
}

function hex128(bytes: Uint8Array): string {
  return Buffer.from(bytes).reverse().toString('hex')
}

test('hashes as xxHash 0.8.3 says in its sanity check, at every class of lengths', () => {
  const hash = new StableHash()
  const vectors: [length: number, seed: bigint, high: string, low: string][] = [
    [0, 0n, '99aa06d3014798d8', '6001c324468d497f'],
    [0, SEED, '92220ae55e14ab50', '5444f7869c671ab0'],
    [1, 0n, 'a6cd5e9392000f6a', 'c44bdff4074eecdb'],
    [1, SEED, '89b99554ba22467c', 'b53d5557e7f76f8d'],
    [6, 0n, '082afe0b8162d12a', '3e7039bdda43cfc6'],
    [6, SEED, '5a865b5389abd2b1', '269d8f70be98856e'],
    [12, 0n, '6e3efd8fc7802b18', '061a192713f69ad9'],
    [12, SEED, 'd7e09d518a3405d3', '9be9f9a67f3c7dfb'],
    [24, 0n, '0ce966e4678d3761', '1e7044d28b1b901d'],
    [24, SEED, '3162026714a6a243', 'd7304c54ebad40a9'],
    [48, SEED, '163adde36c072295', '7ba3c3e453a1934e'],
    [81, 0n, '4952f58181ab0042', '5e8bafb9f95fb803'],
    [81, SEED, '2724ec7adc750fb6', '703fbb3d7a5f755c'],
  ]
  for (const [length, seed, high, low] of vectors) {
    assert.equal(hex128(hash.xxh3(sanityBuffer(length), seed)), high + low, `${length} ${seed}`)
  }
  // Recorded with xxHash's reference code: 129 to 240 bytes, then more than a block of stripes.
  const recorded: [length: number, seed: bigint, hex: string][] = [
    [65, 0n, '68aaeea46f45a37de4367e9655ccf0bd'],
    [65, SEED, '3421f8b6b5b4c1fee81ae649c7f3ac20'],
    [80, 0n, 'b40fa35c2c552237cf2eb1ef4612df7c'],
    [80, SEED, '4ba0cde3c2c9cab227900fb7d76ed653'],
    [400, 0n, '0d6893938bb5b6220bb2c92f168622b5'],
    [400, SEED, 'e4e4caa6ad0b419cb21cb5e91f6a54d5'],
    [2000, 0n, '405f6652fa67eff029d54f905da3ddf9'],
    [2000, SEED, 'e1647f51d80d1470b98b5672dd436892'],
  ]
  for (const [times, seed, hex] of recorded) {
    const bytes = new TextEncoder().encode('abc'.repeat(times))
    assert.equal(hex128(hash.xxh3(bytes, seed)), hex, `abc ${times} times, ${seed}`)
  }
})

test('is compiled of the source beside it', async () => {
  const [wasm, source] = await Promise.all([
    readFile(join(import.meta.dirname, 'stableHash.wasm')),
    readFile(join(import.meta.dirname, 'stableHash.as'), 'utf8'),
  ])
  const [named] = WebAssembly.Module.customSections(new WebAssembly.Module(wasm), SOURCE_SECTION)
  const why = 'stableHash.as was changed: run node indexer/poi/compileStableHash.ts'
  assert.deepEqual(Buffer.from(named), Buffer.from(sourceDigest(source)), why)
})
