/** A request's body that cannot be cut into its parts. */
export class MultipartError extends Error {
  override readonly name = 'MultipartError'
}

/** One part of an uploaded form. */
export interface UploadedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

const LINE_END = Buffer.from('\r\n')
const HEAD_END = Buffer.from('\r\n\r\n')

/**
 * Cuts a `multipart/form-data` body into its files.
 *
 * @param contentType the request's header, which names the boundary.
 */
export function multipartFiles(contentType: string, body: Buffer): UploadedFile[] {
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType)
  if (!boundary) throw new MultipartError('the content type names no boundary')
  const mark = Buffer.from(`--${boundary[1] ?? boundary[2]}`)
  const files: UploadedFile[] = []
  let at = body.indexOf(mark)
  while (at >= 0) {
    const start = at + mark.length
    if (body.subarray(start, start + 2).toString() === '--') return files
    const end = body.indexOf(Buffer.concat([LINE_END, mark]), start)
    if (end < 0) break
    files.push(readPart(body.subarray(start + LINE_END.length, end)))
    at = end + LINE_END.length
  }
  throw new MultipartError('the body ends before its last boundary')
}

function readPart(part: Buffer): UploadedFile {
  const headEnd = part.indexOf(HEAD_END)
  if (headEnd < 0) throw new MultipartError('a part has no end of its headers')
  const head = part.subarray(0, headEnd).toString()
  const name = /filename="([^"]*)"/i.exec(head)?.[1] ?? ''
  return { name: decodeURIComponent(name), bytes: part.subarray(headEnd + HEAD_END.length) }
}
