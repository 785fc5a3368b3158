const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** Base 58 with Bitcoin's alphabet, as IPFS writes version 0 content ids. */
export function base58(bytes: Uint8Array): string {
  let text = ''
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`)
  while (rest > 0n) {
    text = ALPHABET[Number(rest % 58n)] + text
    rest /= 58n
  }
  for (const byte of bytes) {
    if (byte !== 0) break
    text = ALPHABET[0] + text
  }
  return text
}
