import { hexToBytes } from '../values/hex.ts'

/** Where a declared call takes its address or an argument from. */
export type CallArgument =
  | { readonly kind: 'address'; readonly address: Uint8Array }
  /** The contract that the event came from. */
  | { readonly kind: 'emitter' }
  | { readonly kind: 'parameter'; readonly name: string }

/** A declared call that reaches into a tuple, which came with specVersion 1.4.0. */
export class TupleAccessError extends Error {
  override readonly name = 'TupleAccessError'
}

/** A contract call that an event's handler will make, so that it can be made ahead of it. */
export interface DeclaredCall {
  readonly label: string
  /** Name of the ABI among the data source's. */
  readonly contract: string
  readonly address: CallArgument
  readonly functionName: string
  readonly parameters: readonly CallArgument[]
}

/**
 * Reads a declared call: `Contract[event.address].function(event.params.one, 0x…)`.
 *
 * @throws Error in graph-node's words.
 */
export function parseDeclaredCall(label: string, expression: string): DeclaredCall {
  const fail = (what: string): never => {
    throw new Error(
      `Error in declared call '${label}':: Invalid call expression '${expression}': ${what}`,
    )
  }
  const open = expression.indexOf('[')
  if (open < 0) fail("missing '[' after contract name")
  const contract = expression.slice(0, open).trim()
  if (contract === '') fail("missing contract name before '['")
  const close = expression.indexOf(']')
  if (close < 0) fail("missing ']' to close address")
  const address = expression.slice(open + 1, close)
  if (address === '') fail(`empty address in '${contract}[]'`)
  const context = (what: string) => {
    return `Error in declared call '${label}':: Failed to parse ${what} in call expression '${expression}'`
  }
  const target = parseArgument(address, context(`address '${address}'`))
  const dot = expression.indexOf('.', close)
  if (dot < 0) fail(`missing '.' after address '${contract}[${address}]'`)
  const paren = expression.indexOf('(', dot)
  if (paren < 0) fail("missing '(' to start function arguments")
  const functionName = expression.slice(dot + 1, paren)
  if (functionName === '') fail(`missing function name after '${contract}[${address}].'`)
  const end = expression.lastIndexOf(')')
  if (end < 0) fail("missing ')' to close function arguments")
  const list = expression.slice(paren + 1, end).trim()
  return {
    label,
    contract,
    address: target,
    functionName,
    parameters: (list === '' ? [] : list.split(',')).map((text, index) => {
      const argument = text.trim()
      return parseArgument(argument, context(`argument ${index + 1} '${argument}'`))
    }),
  }
}

function parseArgument(text: string, context: string): CallArgument {
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) {
    return { kind: 'address', address: hexToBytes(text) as Uint8Array }
  }
  if (text.startsWith('entity.')) {
    throw new Error(`${context}: 'entity.*' expressions not allowed in event handler context`)
  }
  if (!text.startsWith('event.')) {
    throw new Error(
      `${context}: In event handler context, only 'event.*' expressions and hex addresses are allowed`,
    )
  }
  if (text === 'event.address') return { kind: 'emitter' }
  const [, kind, name, ...inside] = text.split('.')
  if (kind !== 'params' || name === undefined) {
    throw new Error(`${context}: invalid call argument \`${text}\``)
  }
  if (inside.length === 0) return { kind: 'parameter', name }
  throw new TupleAccessError(
    `${context}: Struct field access 'event.params.${name}.*' in declarative calls is only supported for specVersion >= 1.4.0`,
  )
}
