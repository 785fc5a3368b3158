import type { Token } from 'graphql'

/** Without any of these, columns are the same however they are counted. */
const UNUSUAL = /[^\x20-\x7e\n]|#/

/**
 * Sets lines and columns of a text's tokens to those that graph-node's parser tells: columns count
 * code points and a tab counts for eight of them; a comment ends its line, and where it ends in
 * `\r\n` it ends two.
 *
 * @param first the token before all others, at the start of the text.
 */
export function placeTokens(first: Token, text: string): void {
  if (!UNUSUAL.test(text)) return
  const place = { line: 1, column: 1 }
  let end = 0
  for (let token: Token | null = first.next; token; token = token.next) {
    // Comments are part of what stands between the tokens that count.
    if (token.kind === 'Comment') continue
    skip(text.slice(end, token.start), place)
    Object.assign(token, place)
    pass(text.slice(token.start, token.end), place)
    end = token.end
  }
}

function skip(ignored: string, place: { line: number; column: number }): void {
  let inComment = false
  for (const char of ignored) {
    if (char === '\n' || (inComment && char === '\r')) {
      inComment = false
      place.line += 1
      place.column = 1
    } else if (inComment) {
      // Nothing in a comment counts.
    } else if (char === '#') inComment = true
    else if (char === '\t') place.column += 8
    else if (char === ' ' || char === ',') place.column += 1
  }
}

/** Only the text of a string has more than one line. */
function pass(token: string, place: { line: number; column: number }): void {
  const lines = token.split('\n')
  const last = Array.from(lines[lines.length - 1]).length
  place.line += lines.length - 1
  place.column = lines.length > 1 ? last + 1 : place.column + last
}
