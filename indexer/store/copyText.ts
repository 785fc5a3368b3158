import type { StoreValue } from '../values/storeValue.ts'
import { toSqlText } from './sqlValue.ts'

/** Bytes that are sent at once. */
const CHUNK = 64 * 1024
const HEX = Buffer.from('0123456789abcdef', 'latin1')
const BACKSLASH = 92
const TAB = 9
const NEWLINE = 10
const CARRIAGE_RETURN = 13

/** Rows in the text format of `copy`. */
export class CopyText {
  readonly #chunks: Buffer[] = []
  #buffer = Buffer.allocUnsafe(CHUNK)
  #at = 0
  #inRow = false

  /** Adds the row's next column. */
  value(value: StoreValue): void {
    if (this.#inRow) this.#byte(TAB)
    this.#inRow = true
    if (value === null) this.#ascii('\\N')
    else if (typeof value === 'string') this.#text(value)
    else if (value instanceof Uint8Array) this.#bytes(value)
    else if (Array.isArray(value)) this.#text(toSqlText(value) as string)
    else this.#ascii(toSqlText(value) as string)
  }

  /** Adds a column whose text has nothing to escape. */
  plain(text: string): void {
    if (this.#inRow) this.#byte(TAB)
    this.#inRow = true
    this.#ascii(text)
  }

  endRow(): void {
    this.#byte(NEWLINE)
    this.#inRow = false
  }

  /** All rows, as they are sent. */
  chunks(): Buffer[] {
    return [...this.#chunks, this.#buffer.subarray(0, this.#at)]
  }

  #reserve(length: number): void {
    if (this.#at + length <= this.#buffer.length) return
    this.#chunks.push(this.#buffer.subarray(0, this.#at))
    this.#buffer = Buffer.allocUnsafe(Math.max(CHUNK, length))
    this.#at = 0
  }

  #byte(byte: number): void {
    this.#reserve(1)
    this.#buffer[this.#at++] = byte
  }

  #ascii(text: string): void {
    this.#reserve(text.length)
    for (let index = 0; index < text.length; index++) {
      this.#buffer[this.#at++] = text.charCodeAt(index)
    }
  }

  #bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length * 2 + 3)
    const buffer = this.#buffer
    let at = this.#at
    buffer[at++] = BACKSLASH
    buffer[at++] = BACKSLASH
    buffer[at++] = 120
    for (let index = 0; index < bytes.length; index++) {
      buffer[at++] = HEX[bytes[index] >> 4]
      buffer[at++] = HEX[bytes[index] & 15]
    }
    this.#at = at
  }

  #text(text: string): void {
    // A unit takes three bytes at most, or two where it is escaped.
    this.#reserve(text.length * 3)
    const start = this.#at
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index)
      if (unit > 127) {
        const escaped = text.replaceAll(/[\\\t\n\r]/g, (special) => `\\${ESCAPES[special]}`)
        this.#at = start
        this.#reserve(escaped.length * 3)
        this.#at += this.#buffer.write(escaped, this.#at, 'utf8')
        return
      }
      if (unit === BACKSLASH || unit === TAB || unit === NEWLINE || unit === CARRIAGE_RETURN) {
        this.#buffer[this.#at++] = BACKSLASH
        this.#buffer[this.#at++] = ESCAPES[text[index]].charCodeAt(0)
      } else {
        this.#buffer[this.#at++] = unit
      }
    }
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\', '\t': 't', '\n': 'n', '\r': 'r' }
