/** A Solidity type, taken apart. */
export type AbiType =
  | { readonly kind: 'address' | 'bool' | 'string' | 'bytes' | 'function' }
  | { readonly kind: 'fixedBytes'; readonly size: number }
  | { readonly kind: 'int' | 'uint'; readonly bits: number }
  | { readonly kind: 'array'; readonly element: AbiType; readonly length: number | null }
  | { readonly kind: 'tuple'; readonly components: readonly AbiType[] }

/** One parameter as an ABI file writes it. */
export interface AbiParameter {
  readonly name?: string
  readonly type: string
  readonly indexed?: boolean
  readonly components?: readonly AbiParameter[]
}

/** The type of a parameter of an ABI file. */
export function parameterType(parameter: AbiParameter): AbiType {
  return parseAbiType(canonicalType(parameter))
}

/** The type as a signature writes it: `tuple` becomes its components in brackets. */
export function canonicalType(parameter: AbiParameter): string {
  if (!parameter.type.startsWith('tuple')) return parameter.type
  const components = (parameter.components ?? []).map(canonicalType)
  return `(${components.join(',')})${parameter.type.slice('tuple'.length)}`
}

/**
 * Reads a type as signatures write it: `uint256`, `(address,bytes32[])[2]`, `tuple(…)`.
 *
 * @throws Error when the text names no Solidity type.
 */
export function parseAbiType(text: string): AbiType {
  const type = text.trim()
  const array = /\[(\d*)\]$/.exec(type)
  if (array) {
    return {
      kind: 'array',
      element: parseAbiType(type.slice(0, array.index)),
      length: array[1] === '' ? null : Number(array[1]),
    }
  }
  if (type.endsWith(')')) {
    const open = type.indexOf('(')
    const prefix = type.slice(0, open)
    if (open < 0 || (prefix !== '' && prefix !== 'tuple')) throw new Error(`no ABI type: ${text}`)
    return {
      kind: 'tuple',
      components: splitTypes(type.slice(open + 1, -1)).map(parseAbiType),
    }
  }
  switch (type) {
    case 'address':
    case 'bool':
    case 'string':
    case 'bytes':
    case 'function':
      return { kind: type }
    case 'int':
    case 'uint':
      return { kind: type, bits: 256 }
  }
  const sized = /^(u?int|bytes)(\d+)$/.exec(type)
  const size = Number(sized?.[2])
  if (sized?.[1] === 'bytes' && size >= 1 && size <= 32) return { kind: 'fixedBytes', size }
  if (sized && sized[1] !== 'bytes' && size >= 8 && size <= 256 && size % 8 === 0) {
    return { kind: sized[1] as 'int' | 'uint', bits: size }
  }
  throw new Error(`no ABI type: ${text}`)
}

/** Splits at the commas that stand outside of brackets. */
export function splitTypes(list: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let index = 0; index < list.length; index++) {
    const letter = list[index]
    if (letter === '(') depth += 1
    if (letter === ')') depth -= 1
    if (letter === ',' && depth === 0) {
      parts.push(list.slice(start, index))
      start = index + 1
    }
  }
  if (list.trim() !== '') parts.push(list.slice(start))
  return parts
}

/** Whether the head of an encoding holds an offset instead of the value. */
export function isDynamic(type: AbiType): boolean {
  switch (type.kind) {
    case 'string':
    case 'bytes':
      return true
    case 'array':
      return type.length === null || isDynamic(type.element)
    case 'tuple':
      return type.components.some(isDynamic)
    default:
      return false
  }
}

/** Bytes that the type takes in the head of an encoding. */
export function headSize(type: AbiType): number {
  if (isDynamic(type)) return 32
  if (type.kind === 'tuple') {
    return type.components.reduce((sum, component) => sum + headSize(component), 0)
  }
  if (type.kind === 'array') return (type.length ?? 0) * headSize(type.element)
  return 32
}
