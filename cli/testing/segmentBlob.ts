/** A token segment as ingest stores it, of a few records; the sorted arrays are left empty. */
export function segmentBlob(options: {
  datanetId: bigint
  tokenizerHash: string
  records: ReadonlyMap<bigint, readonly number[]>
}): Uint8Array {
  const { records } = options
  const text = [...records.values()].flatMap((tokens) => [...tokens.map((id) => id + 1), 0])
  const offsets = [0]
  for (const tokens of records.values())
    offsets.push((offsets.at(-1) as number) + tokens.length + 1)
  const parts: [string, Uint8Array][] = [
    ['text', new Uint8Array(Uint16Array.from(text).buffer)],
    ['suffixes', new Uint8Array()],
    ['symbols', new Uint8Array()],
    ['buckets', new Uint8Array()],
    ['offsets', new Uint8Array(Uint32Array.from(offsets).buffer)],
    ['recordNos', new Uint8Array(BigUint64Array.from(records.keys()).buffer)],
  ]
  const manifest = new TextEncoder().encode(
    JSON.stringify({
      v: 1,
      datanetId: options.datanetId.toString(),
      tokenizerHash: options.tokenizerHash,
      width: 16,
      parts: Object.fromEntries(parts.map(([name, { length }]) => [name, { bytes: length }])),
    }),
  )
  const bytes = [...new TextEncoder().encode('TRBSEG1\n')]
  bytes.push(manifest.length & 0xff, manifest.length >> 8, 0, 0, ...manifest)
  for (const [, part] of parts) {
    while (bytes.length % 8 !== 0) bytes.push(0)
    bytes.push(...part)
  }
  return Uint8Array.from(bytes)
}
