import { TributaryError } from '../errors/tributaryError.ts'

/** A token segment cannot be read. */
export class PublicSegmentError extends TributaryError {}

/** What a token segment says of its records. */
export interface PublicSegment {
  datanetId: bigint
  /** SHA-256 of tokenizer.json, 0x-hex. */
  tokenizerHash: string
  records: Map<bigint, Uint32Array>
}

const MAGIC = 'TRBSEG1\n'
const PARTS = ['text', 'suffixes', 'symbols', 'buckets', 'offsets', 'recordNos'] as const

/**
 * Reads the tokens of a segment as ingest stores it: magic, u32 length of the manifest, manifest,
 * then the arrays little-endian, each from a multiple of 8 on. In `text` a token is its id + 1 and
 * 0 ends a document. The sorted arrays are skipped: whoever verifies searches by himself.
 */
export function readPublicSegment(blob: Uint8Array): PublicSegment {
  const bytes = new Uint8Array(blob)
  try {
    const view = new DataView(bytes.buffer)
    const magic = new TextDecoder().decode(bytes.subarray(0, MAGIC.length))
    if (magic !== MAGIC) throw new RangeError('it does not begin as one')
    const headAt = MAGIC.length + 4
    const headEnd = headAt + view.getUint32(MAGIC.length, true)
    const manifest = JSON.parse(new TextDecoder().decode(bytes.subarray(headAt, headEnd)))
    if (manifest.v !== 1) throw new RangeError(`version ${manifest.v} is not known`)
    const places = new Map<(typeof PARTS)[number], { at: number; bytes: number }>()
    let at = aligned(headEnd)
    for (const name of PARTS) {
      const length: number = manifest.parts[name].bytes
      places.set(name, { at, bytes: length })
      at += aligned(length)
    }
    const numbers = (name: 'text' | 'offsets', width: number): Uint32Array => {
      const place = places.get(name) as { at: number; bytes: number }
      const read = width === 2 ? view.getUint16.bind(view) : view.getUint32.bind(view)
      return Uint32Array.from({ length: place.bytes / width }, (_, index) =>
        read(place.at + index * width, true),
      )
    }
    const text = numbers('text', manifest.width / 8)
    const offsets = numbers('offsets', 4)
    const recordsAt = places.get('recordNos') as { at: number; bytes: number }
    const records = new Map<bigint, Uint32Array>()
    for (let index = 0; index < recordsAt.bytes / 8; index += 1) {
      const recordNo = view.getBigUint64(recordsAt.at + index * 8, true)
      const document = text.subarray(offsets[index] as number, (offsets[index + 1] as number) - 1)
      records.set(
        recordNo,
        document.map((symbol) => symbol - 1),
      )
    }
    return { datanetId: BigInt(manifest.datanetId), tokenizerHash: manifest.tokenizerHash, records }
  } catch (cause) {
    throw new PublicSegmentError(
      `this is no token segment: ${cause instanceof Error ? cause.message : String(cause)}`,
      { code: 'segment_form', cause },
    )
  }
}

function aligned(length: number): number {
  return Math.ceil(length / 8) * 8
}
