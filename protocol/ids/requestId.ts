import { hexlify } from 'ethers'
import { IdError } from './inferenceNo.ts'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/**
 * A new request id: UUID version 7 (RFC 9562 §5.7) in its text form.
 *
 * @param nowMs milliseconds since 1970
 * @param random10 ten random bytes
 */
export function newRequestId(nowMs: number, random10: Uint8Array): string {
  if (random10.length !== 10) {
    throw new IdError(`a request id takes 10 random bytes, not ${random10.length}`, {
      code: 'id_random',
    })
  }
  if (!Number.isInteger(nowMs) || nowMs < 0 || nowMs >= 2 ** 48) {
    throw new IdError(`${nowMs} is not a time in milliseconds since 1970`, { code: 'id_time' })
  }
  const bytes = new Uint8Array(16)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, Math.floor(nowMs / 0x10000))
  view.setUint16(4, nowMs % 0x10000)
  bytes.set(random10, 6)
  bytes[6] = 0x70 | (view.getUint8(6) & 0x0f)
  bytes[8] = 0x80 | (view.getUint8(8) & 0x3f)
  const hex = hexlify(bytes).slice(2)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}

/** The on-chain form of a request id: its 16 bytes, zero-padded on the right to 32. */
export function requestIdToBytes32(uuid: string): string {
  if (!UUID_V7.test(uuid)) {
    throw new IdError(`"${uuid}" is not a request id (UUID version 7, lower case)`, {
      code: 'id_request',
    })
  }
  return `0x${uuid.replaceAll('-', '')}${'0'.repeat(32)}`
}

/** The text form of an on-chain request id. */
export function requestIdFromBytes32(bytes32: string): string {
  const hex = bytes32.slice(2, 34)
  const uuid = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
  if (!UUID_V7.test(uuid) || requestIdToBytes32(uuid) !== bytes32) {
    throw new IdError(`"${bytes32}" is not the on-chain form of a request id`, {
      code: 'id_request',
    })
  }
  return uuid
}
