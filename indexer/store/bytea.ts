/** Bytes for the database, of `0x…`. */
export function bytea(hex: string): Buffer {
  return Buffer.from(hex.slice(2), 'hex')
}
