import { sha256 } from 'ethers'
import { type CanonicalRecord, canonicalRecord, RecordError } from './canonicalRecord.ts'

/**
 * Reads a record from its bytes and refuses any form but the canonical one.
 *
 * @param recordId when given, the bytes must hash to it
 */
export function readRecord(bytes: Uint8Array, recordId?: string): CanonicalRecord {
  if (recordId !== undefined && sha256(bytes) !== recordId.toLowerCase()) {
    throw new RecordError(`the bytes of record ${recordId} hash to ${sha256(bytes)}`, {
      code: 'record_hash',
      hint: 'The store gave something else; fetch it from another one.',
    })
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch (cause) {
    throw new RecordError('record is not JSON in UTF-8', { code: 'record_encoding', cause })
  }
  const { v, ...input } = Object(parsed)
  if (v !== 1) {
    throw new RecordError(`record has version ${JSON.stringify(v)}, not 1`, {
      code: 'record_version',
    })
  }
  const { record, bytes: canonical } = canonicalRecord(input)
  if (canonical.length !== bytes.length || canonical.some((byte, at) => byte !== bytes[at])) {
    throw new RecordError('record is not in its canonical form', {
      code: 'record_canonical',
      hint: 'Write it with canonicalRecord: NFC, LF, RFC 8785, no unknown fields.',
    })
  }
  return record
}
