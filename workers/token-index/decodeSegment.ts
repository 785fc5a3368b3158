import type { SegmentManifest } from './encodeSegment.ts'
import { aligned, SEGMENT_MAGIC, SEGMENT_PARTS, sha256 } from './encodeSegment.ts'
import { SegmentError } from './errors.ts'
import type { Segment } from './segment.ts'

/** Reads a stored segment and checks every part against its hash; the arrays share its memory. */
export function decodeSegment(blob: Uint8Array): Segment {
  // Typed arrays must begin at a multiple of their element's size.
  const bytes = blob.byteOffset % 8 === 0 ? blob : new Uint8Array(blob)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const headAt = SEGMENT_MAGIC.length + 4
  if (bytes.length < headAt || SEGMENT_MAGIC.some((byte, at) => bytes[at] !== byte)) {
    throw damaged('it does not begin as one')
  }
  const headLength = view.getUint32(SEGMENT_MAGIC.length, true)
  if (headAt + headLength > bytes.length) throw damaged('its manifest is cut off')
  const manifest = readManifest(bytes.subarray(headAt, headAt + headLength))

  let at = aligned(headAt + headLength)
  const parts = new Map<string, Uint8Array>()
  for (const name of SEGMENT_PARTS) {
    const part = manifest.parts[name]
    const content = bytes.subarray(at, at + part.bytes)
    if (content.length !== part.bytes || sha256(content) !== part.sha256) {
      throw damaged(`its ${name} do not have the hash that its manifest names`)
    }
    parts.set(name, content)
    at += aligned(part.bytes)
  }
  const words = (name: string) => {
    const { buffer, byteOffset, byteLength } = parts.get(name) as Uint8Array
    return new Uint32Array(buffer, byteOffset, byteLength / 4)
  }
  const text = parts.get('text') as Uint8Array
  const numbers = parts.get('recordNos') as Uint8Array
  return {
    datanetId: BigInt(manifest.datanetId),
    tokenizerHash: manifest.tokenizerHash,
    text:
      manifest.width === 16
        ? new Uint16Array(text.buffer, text.byteOffset, text.byteLength / 2)
        : new Uint32Array(text.buffer, text.byteOffset, text.byteLength / 4),
    suffixes: words('suffixes'),
    symbols: words('symbols'),
    buckets: words('buckets'),
    offsets: words('offsets'),
    recordNos: new BigUint64Array(numbers.buffer, numbers.byteOffset, numbers.byteLength / 8),
  }
}

function readManifest(bytes: Uint8Array): SegmentManifest {
  let manifest: SegmentManifest
  try {
    manifest = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw damaged('its manifest is not JSON')
  }
  if (manifest.v !== 1) throw damaged(`version ${manifest.v} is not known`)
  if (SEGMENT_PARTS.some((name) => !Number.isSafeInteger(manifest.parts?.[name]?.bytes))) {
    throw damaged('its manifest lacks a part')
  }
  return manifest
}

function damaged(why: string): SegmentError {
  return new SegmentError(`this is no sound token segment: ${why}`, {
    code: 'segment_damaged',
    hint: 'Fetch it again, or build it again from its records.',
  })
}
