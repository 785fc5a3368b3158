/** A piece of an expression. */
export interface ExpressionToken {
  readonly kind: 'field' | 'function' | 'type' | 'other'
  /** In lower case where case does not matter. */
  readonly text: string
}

const BINARY: ReadonlySet<string> = new Set([
  ...['+', '-', '*', '/', '%', '^', '=', '<>', '!=', '<', '<=', '>', '>=', 'and', 'or'],
])
const UNARY: ReadonlySet<string> = new Set(['+', '-', 'not'])
const CONSTANTS: ReadonlySet<string> = new Set(['null', 'true', 'false'])

/** Where something else was expected. */
class Misplaced extends Error {}

/** @returns the first piece that has no place in an expression, or null when it is one. */
export function misplacedToken(tokens: readonly ExpressionToken[]): string | null {
  const parser = new ExpressionParser(tokens)
  try {
    parser.whole()
    return null
  } catch (error) {
    if (!(error instanceof Misplaced)) throw error
    return error.message
  }
}

/** Operators bind in any order here: what is looked for is only that each has its operands. */
class ExpressionParser {
  readonly #tokens: readonly ExpressionToken[]
  #at = 0

  constructor(tokens: readonly ExpressionToken[]) {
    this.#tokens = tokens
  }

  whole(): void {
    this.#expression()
    if (this.#at < this.#tokens.length) this.#refuse()
  }

  #expression(): void {
    this.#operand()
    for (;;) {
      if (this.#takeOf(BINARY)) this.#operand()
      else if (this.#take('::')) this.#type()
      else if (this.#take('is')) this.#test()
      else return
    }
  }

  #test(): void {
    this.#take('not')
    if (this.#takeOf(CONSTANTS)) return
    this.#need('distinct')
    this.#need('from')
    this.#operand()
  }

  #operand(): void {
    while (this.#takeOf(UNARY));
    const token = this.#tokens[this.#at]
    if (token?.kind === 'function') {
      this.#at += 1
      this.#need('(')
      if (this.#take(')')) return
      this.#list()
    } else if (this.#take('(')) {
      this.#expression()
      this.#need(')')
    } else if (this.#take('cast')) {
      this.#need('(')
      this.#expression()
      this.#need('as')
      this.#type()
      this.#need(')')
    } else if (this.#take('case')) this.#cases()
    else if (token?.kind === 'field' || /^['\d]/.test(token?.text ?? '')) this.#at += 1
    else if (!this.#takeOf(CONSTANTS)) this.#refuse()
  }

  #list(): void {
    do this.#expression()
    while (this.#take(','))
    this.#need(')')
  }

  #cases(): void {
    if (this.#next() !== 'when') this.#expression()
    do {
      this.#need('when')
      this.#expression()
      this.#need('then')
      this.#expression()
    } while (this.#next() === 'when')
    if (this.#take('else')) this.#expression()
    this.#need('end')
  }

  #type(): void {
    if (this.#tokens[this.#at]?.kind !== 'type') this.#refuse()
    this.#at += 1
    if (this.#take('(')) this.#list()
  }

  /** The next piece, where it is neither a field nor the name of something. */
  #next(): string | null {
    const token = this.#tokens[this.#at]
    return token?.kind === 'other' ? token.text : null
  }

  #take(text: string): boolean {
    if (this.#next() !== text) return false
    this.#at += 1
    return true
  }

  #takeOf(texts: ReadonlySet<string>): boolean {
    const next = this.#next()
    return next !== null && texts.has(next) && this.#take(next)
  }

  #need(text: string): void {
    if (!this.#take(text)) this.#refuse()
  }

  #refuse(): never {
    throw new Misplaced(this.#tokens[this.#at]?.text ?? 'its end')
  }
}
