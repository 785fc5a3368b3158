import type { Value } from './value.ts'

/**
 * Spells a value as "Invalid value provided for argument" messages do: the debug format of the
 * parser's value type in Rust. Integers are cut to 32 bits on the way, as they are there.
 *
 * @example debugValue({kind: 'int', value: 5n}) // 'Int(Number(5))'
 */
export function debugValue(value: Value): string {
  switch (value.kind) {
    case 'null':
      return 'Null'
    case 'boolean':
      return `Boolean(${value.value})`
    case 'int':
      return `Int(Number(${BigInt.asIntN(32, value.value)}))`
    case 'float':
      return `Float(${debugFloat(value.value)})`
    case 'string':
      return `String(${debugString(value.value)})`
    case 'timestamp':
      return `String("${value.value}")`
    case 'enum':
      return `Enum(${debugString(value.value)})`
    case 'list':
      return `List([${value.items.map(debugValue).join(', ')}])`
    case 'object': {
      const fields = [...value.fields].map(([name, field]) => {
        return `${debugString(name)}: ${debugValue(field)}`
      })
      return `Object({${fields.join(', ')}})`
    }
  }
}

function debugFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'inf' : '-inf'
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e16 || size < 1e-5)) {
    return value.toExponential().replace('e+', 'e')
  }
  const text = String(value)
  return text.includes('.') ? text : `${text}.0`
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\0', '\\0'],
])

function debugString(text: string): string {
  let result = ''
  for (const char of text) {
    const escaped = ESCAPES.get(char)
    if (escaped !== undefined) result += escaped
    else if (/[\p{C}\p{Zl}\p{Zp}]/u.test(char) || (char !== ' ' && /\p{Zs}/u.test(char))) {
      result += `\\u{${char.codePointAt(0)?.toString(16)}}`
    } else result += char
  }
  return `"${result}"`
}
