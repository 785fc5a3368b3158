/**
 * Casing of root query fields, by the rules of Rust's Inflector 0.11.4, which graph-node uses.
 *
 * Separators and digits start a word, as does a lower-case letter followed by an upper-case one.
 * The first letter of a word is upper-case, the others are lower-case, and so is the very first.
 * A letter that starts a word does not count as the previous letter of the next one: capitals
 * right after the start of a word stay as they are only by that rule.
 *
 * @example camelCase('ERC20Token') // 'erc20Token'
 */
export function camelCase(name: string): string {
  const text = name.replace(/[^A-Za-z0-9]+$/, '')
  let result = ''
  let newWord = false
  let previous = ' '
  let found = false
  for (const char of text) {
    if (!/[A-Za-z0-9]/.test(char)) {
      if (found) newWord = true
    } else if (/[0-9]/.test(char)) {
      found = true
      newWord = true
      result += char
    } else if (newWord || (/[a-z]/.test(previous) && /[A-Z]/.test(char))) {
      found = true
      newWord = false
      result += char.toUpperCase()
    } else {
      found = true
      previous = char
      result += char.toLowerCase()
    }
  }
  return result
}
