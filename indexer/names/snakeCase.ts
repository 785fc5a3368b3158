/**
 * Casing of table and column names, by the rules of Rust's Inflector 0.11.4, which graph-node uses.
 *
 * An underscore goes before an upper-case letter or digit whose next or previous character is
 * lower-case; separators become one underscore, leading and trailing ones are dropped.
 *
 * @example snakeCase('amount0In') // 'amount_0_in'
 */
export function snakeCase(name: string): string {
  const text = name.replace(/[^A-Za-z0-9]+$/, '')
  let result = ''
  let atStart = true
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (!/[A-Za-z0-9]/.test(char)) {
      if (!atStart) result += '_'
      atStart = true
      continue
    }
    // Digits equal their own upper case, and so count as upper-case here.
    const isUpper = char === char.toUpperCase()
    if (!atStart && isUpper && (isLower(name[i + 1]) || isLower(name[i - 1]))) result += '_'
    result += char.toLowerCase()
    atStart = false
  }
  return result
}

function isLower(char: string | undefined): boolean {
  return char !== undefined && char >= 'a' && char <= 'z'
}
