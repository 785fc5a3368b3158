/** Depth at which arrays and objects are refused. */
const MAX_DEPTH = 128

const WORDS = ['null', 'true', 'false']
const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c

/**
 * What serde_json, which graph-node parses with, has against a text that is no JSON, or null.
 *
 * JavaScript's parser says something else, and of other places.
 */
export function jsonProblem(bytes: Uint8Array): string | null {
  try {
    new JsonScanner(bytes).scan()
    return null
  } catch (error) {
    if (error instanceof JsonProblem) return error.message
    throw error
  }
}

/** Ends a scan. */
class JsonProblem extends Error {
  override readonly name = 'JsonProblem'
}

class JsonScanner {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  scan(): void {
    this.#value(0)
    if (this.#peekToken() !== undefined) this.#failAhead('trailing characters')
  }

  #value(depth: number): void {
    const first = this.#peekToken()
    if (first === undefined) this.#failAhead('EOF while parsing a value')
    const word = WORDS.find((one) => one.charCodeAt(0) === first)
    if (word !== undefined) this.#word(word)
    else if (first === QUOTE) this.#string()
    else if (first === 0x5b) this.#list(depth + 1)
    else if (first === 0x7b) this.#object(depth + 1)
    else if (first === 0x2d) {
      this.#at += 1
      this.#number()
    } else if (this.#isDigit()) this.#number()
    else this.#failAhead('expected value')
  }

  #word(word: string): void {
    for (const letter of Buffer.from(word)) {
      const byte = this.#next('EOF while parsing a value')
      if (byte !== letter) this.#fail('expected ident')
    }
  }

  #number(): void {
    const first = this.#next('EOF while parsing a value')
    if (first < 0x30 || first > 0x39) this.#fail('invalid number')
    if (first === 0x30 && this.#isDigit()) this.#failAhead('invalid number')
    while (this.#isDigit()) this.#at += 1
    if (this.#bytes[this.#at] === 0x2e) {
      this.#at += 1
      if (!this.#isDigit()) {
        this.#failAhead(this.#ended() ? 'EOF while parsing a value' : 'invalid number')
      }
      while (this.#isDigit()) this.#at += 1
    }
    if ((this.#bytes[this.#at] | 0x20) !== 0x65) return
    this.#at += 1
    if ([0x2b, 0x2d].includes(this.#bytes[this.#at])) this.#at += 1
    const digit = this.#next('EOF while parsing a value')
    if (digit < 0x30 || digit > 0x39) this.#fail('invalid number')
    while (this.#isDigit()) this.#at += 1
  }

  #list(depth: number): void {
    this.#enter(depth)
    if (this.#closes(0x5d, 'a list')) return
    for (;;) {
      this.#value(depth)
      if (this.#closes(0x5d, 'a list')) return
      this.#comma(']')
    }
  }

  #object(depth: number): void {
    this.#enter(depth)
    if (this.#closes(0x7d, 'an object')) return
    for (;;) {
      if (this.#peekToken() !== QUOTE) this.#failAhead('key must be a string')
      this.#string()
      const colon = this.#peekToken()
      if (colon === undefined) this.#failAhead('EOF while parsing an object')
      if (colon !== 0x3a) this.#failAhead('expected `:`')
      this.#at += 1
      this.#value(depth)
      if (this.#closes(0x7d, 'an object')) return
      this.#comma('}')
    }
  }

  #enter(depth: number): void {
    if (depth >= MAX_DEPTH) this.#failAhead('recursion limit exceeded')
    this.#at += 1
  }

  #closes(bracket: number, what: string): boolean {
    const byte = this.#peekToken()
    if (byte === undefined) this.#failAhead(`EOF while parsing ${what}`)
    if (byte !== bracket) return false
    this.#at += 1
    return true
  }

  #comma(bracket: string): void {
    if (this.#bytes[this.#at] !== COMMA) this.#failAhead(`expected \`,\` or \`${bracket}\``)
    this.#at += 1
    const byte = this.#peekToken()
    if (byte === undefined) this.#failAhead('EOF while parsing a value')
    if (byte === bracket.charCodeAt(0)) this.#failAhead('trailing comma')
  }

  #string(): void {
    this.#at += 1
    const start = this.#at
    for (;;) {
      const byte = this.#next('EOF while parsing a string')
      if (byte === QUOTE) break
      if (byte === BACKSLASH) this.#escape()
      else if (byte < 0x20) {
        this.#fail('control character (\\u0000-\\u001F) found while parsing a string')
      }
    }
    if (!isUtf8(this.#bytes.subarray(start, this.#at - 1))) {
      this.#fail('invalid unicode code point')
    }
  }

  #escape(): void {
    const kind = String.fromCharCode(this.#next('EOF while parsing a string'))
    if ('"\\/bfnrt'.includes(kind)) return
    if (kind !== 'u') this.#fail('invalid escape')
    const unit = this.#hexadecimal()
    if (unit >= 0xdc00 && unit <= 0xdfff) this.#fail('lone leading surrogate in hex escape')
    if (unit < 0xd800 || unit > 0xdfff) return
    for (const expected of [BACKSLASH, 0x75]) {
      const byte = this.#next('EOF while parsing a string')
      if (byte !== expected) this.#fail('unexpected end of hex escape')
    }
    const second = this.#hexadecimal()
    if (second < 0xdc00 || second > 0xdfff) this.#fail('lone leading surrogate in hex escape')
  }

  #hexadecimal(): number {
    if (this.#at + 4 > this.#bytes.length) {
      this.#at = this.#bytes.length
      this.#fail('EOF while parsing a string')
    }
    let unit = 0
    for (let digit = 0; digit < 4; digit++) {
      const value = Number.parseInt(String.fromCharCode(this.#bytes[this.#at]), 16)
      this.#at += 1
      if (Number.isNaN(value)) this.#fail('invalid escape')
      unit = unit * 16 + value
    }
    return unit
  }

  /** The next byte that is no space. */
  #peekToken(): number | undefined {
    while ([0x20, 0x09, 0x0a, 0x0d].includes(this.#bytes[this.#at])) this.#at += 1
    return this.#bytes[this.#at]
  }

  #next(atEnd: string): number {
    if (this.#ended()) this.#fail(atEnd)
    this.#at += 1
    return this.#bytes[this.#at - 1]
  }

  #ended(): boolean {
    return this.#at >= this.#bytes.length
  }

  #isDigit(): boolean {
    const byte = this.#bytes[this.#at]
    return byte >= 0x30 && byte <= 0x39
  }

  /** Fails at what was read last. */
  #fail(problem: string): never {
    this.#failAt(problem, this.#at)
  }

  /** Fails at what would be read next. */
  #failAhead(problem: string): never {
    this.#failAt(problem, Math.min(this.#at + 1, this.#bytes.length))
  }

  #failAt(problem: string, end: number): never {
    const read = this.#bytes.subarray(0, end)
    const line = read.reduce((lines, byte) => (byte === 0x0a ? lines + 1 : lines), 1)
    throw new JsonProblem(`${problem} at line ${line} column ${end - (read.lastIndexOf(0x0a) + 1)}`)
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}
