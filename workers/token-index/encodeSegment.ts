import { createHash } from 'node:crypto'
import { canonicalBytes } from '@tributary/protocol/encoding/canonicalJson'
import type { Segment } from './segment.ts'
import { segmentTokens } from './segment.ts'

/** First bytes of every stored segment. */
export const SEGMENT_MAGIC = new TextEncoder().encode('TRBSEG1\n')

/** Names of a segment's arrays, in the order in which they are stored. */
export const SEGMENT_PARTS = [
  'text',
  'suffixes',
  'symbols',
  'buckets',
  'offsets',
  'recordNos',
] as const

/** What a stored segment says about itself, in RFC 8785 form. */
export interface SegmentManifest {
  v: 1
  datanetId: string
  tokenizerHash: string
  /** Bits of an entry of `text`. */
  width: 16 | 32
  documents: number
  /** Tokens, the ends of documents not counted. */
  tokens: number
  firstRecordNo: string
  lastRecordNo: string
  parts: Record<(typeof SEGMENT_PARTS)[number], { bytes: number; sha256: string }>
}

/**
 * One blob of a segment, for the content store: magic, u32 length of the manifest, manifest, then
 * the arrays in little-endian order, each beginning at a multiple of 8. The same records give the
 * same bytes.
 */
export function encodeSegment(segment: Segment): { manifest: SegmentManifest; bytes: Uint8Array } {
  const parts = SEGMENT_PARTS.map((name) => {
    const { buffer, byteOffset, byteLength } = segment[name]
    return { name, bytes: new Uint8Array(buffer, byteOffset, byteLength) }
  })
  const manifest: SegmentManifest = {
    v: 1,
    datanetId: segment.datanetId.toString(),
    tokenizerHash: segment.tokenizerHash,
    width: segment.text.BYTES_PER_ELEMENT === 2 ? 16 : 32,
    documents: segment.recordNos.length,
    tokens: segmentTokens(segment),
    firstRecordNo: segment.recordNos[0].toString(),
    lastRecordNo: segment.recordNos[segment.recordNos.length - 1].toString(),
    parts: Object.fromEntries(
      parts.map(({ name, bytes }) => [name, { bytes: bytes.length, sha256: sha256(bytes) }]),
    ) as SegmentManifest['parts'],
  }
  const head = canonicalBytes(manifest)
  const start = aligned(SEGMENT_MAGIC.length + 4 + head.length)
  const length = parts.reduce((sum, { bytes }) => sum + aligned(bytes.length), start)
  const blob = new Uint8Array(length)
  blob.set(SEGMENT_MAGIC)
  new DataView(blob.buffer).setUint32(SEGMENT_MAGIC.length, head.length, true)
  blob.set(head, SEGMENT_MAGIC.length + 4)
  let at = start
  for (const { bytes } of parts) {
    blob.set(bytes, at)
    at += aligned(bytes.length)
  }
  return { manifest, bytes: blob }
}

/** The next multiple of 8, so that every array can be read in place. */
export function aligned(length: number): number {
  return (length + 7) & ~7
}

/** 0x-hex sha256. */
export function sha256(bytes: Uint8Array): string {
  return `0x${createHash('sha256').update(bytes).digest('hex')}`
}
