/** HTTP status that ClickHouse sends with an error of this number. */
export function httpStatus(code: number): number {
  return STATUS.get(code) ?? 500
}

const STATUS = new Map<number, number>([
  // What the client wrote cannot be read.
  ...[6, 26, 27, 36, 38, 41, 43, 53, 62, 63, 70, 72, 117, 130, 131, 349, 386, 456, 691].map(
    (code): [number, number] => [code, 400],
  ),
  // It names what does not exist.
  ...[16, 46, 47, 50, 56, 60, 73, 81, 115].map((code): [number, number] => [code, 404]),
  [48, 501],
  [159, 408],
  [202, 503],
  [392, 403],
  [497, 403],
])
