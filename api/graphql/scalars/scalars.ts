import { getAddress, isAddress } from 'ethers'
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql'

function bad(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })
}

function literalText(node: ValueNode, name: string): string {
  if (node.kind === Kind.STRING || node.kind === Kind.INT) return node.value
  throw bad(`a ${name} is written as a string`)
}

function parseInteger(value: unknown): bigint {
  const isInteger =
    (typeof value === 'string' && /^-?[0-9]{1,78}$/.test(value)) ||
    (typeof value === 'number' && Number.isSafeInteger(value))
  if (!isInteger) throw bad(`"${String(value)}" is not a whole number`)
  return BigInt(value as string | number)
}

function parseAddress(value: unknown): string {
  if (typeof value !== 'string' || !isAddress(value.toLowerCase())) {
    throw bad(`"${String(value)}" is not an address`)
  }
  return value.toLowerCase()
}

/** Whole numbers of any size, as decimal strings. */
export const BigIntScalar = new GraphQLScalarType<bigint, string>({
  name: 'BigInt',
  serialize: (value) => BigInt(value as string | bigint).toString(),
  parseValue: parseInteger,
  parseLiteral: (node) => parseInteger(literalText(node, 'BigInt')),
})

/** Addresses: EIP-55 out, any case in. */
export const AddressScalar = new GraphQLScalarType<string, string>({
  name: 'Address',
  serialize: (value) => getAddress(value as string),
  parseValue: parseAddress,
  parseLiteral: (node) => parseAddress(literalText(node, 'Address')),
})

/** 0x-hex, lower case. */
export const BytesScalar = new GraphQLScalarType<string, string>({
  name: 'Bytes',
  serialize: (value) => String(value).toLowerCase(),
})

export const DateTimeScalar = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  serialize: (value) => String(value),
})
