import {
  type GraphQLInputType,
  GraphQLList,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
} from 'graphql'
import type { Random } from '../../testing/random.ts'
import { type Argument, EnumName } from './argument.ts'
import type { Collection } from './collection.ts'
import type { Samples } from './samples.ts'

const TEXT_SUFFIX = /_(not_)?(contains|starts_with|ends_with)(_nocase)?$/
const SUFFIX =
  /_(not_contains|contains|not_starts_with|starts_with|not_ends_with|ends_with)(_nocase)?$|_(not_in|not|in|gte|lte|gt|lt)$/

/** The fields of a collection's filter, without those that combine filters. */
export function filterFields({ filter }: Collection): string[] {
  return Object.keys(filter.getFields()).filter((name) => name !== 'and' && name !== 'or')
}

/** Makes up values of filters: mostly what some entity has, or near it. */
export class FilterValues {
  readonly #samples: Samples
  readonly #random: Random
  readonly #lastBlock: number

  constructor(samples: Samples, random: Random, lastBlock: number) {
    this.#samples = samples
    this.#random = random
    this.#lastBlock = lastBlock
  }

  /** A value for a field of a collection's filter. */
  of(collection: Collection, field: string): Argument {
    const { type } = collection.filter.getFields()[field]
    if (field === '_change_block') return { number_gte: this.#random.below(this.#lastBlock) }
    const named = getNamedType(type)
    if (isInputObjectType(named)) return this.#child(named.name, type, collection)
    const column = field.replace(SUFFIX, '')
    const seen = this.#samples.values(collection.type.name, column)
    if (this.#random.chance(0.04) && !/_in$/.test(field)) return null
    if (TEXT_SUFFIX.test(field)) return this.#part(seen, type)
    const isList = getNullableType(type) instanceof GraphQLList
    if (!isList) return this.#leaf(seen.flat(), type)
    if (/_(not_)?in$/.test(field) || !seen.some(Array.isArray)) {
      return Array.from({ length: this.#random.below(4) }, () => this.#leaf(seen.flat(), type))
    }
    const list = this.#random.pick(seen) as unknown[]
    return list.map((value) => asArgument(value, type))
  }

  /** Several filters of a collection at once. */
  some(collection: Collection, count: number): Record<string, Argument> {
    const fields = this.#random.some(filterFields(collection), count)
    return Object.fromEntries(fields.map((field) => [field, this.of(collection, field)]))
  }

  #child(filterName: string, type: GraphQLInputType, parent: Collection): Argument {
    const filter = getNamedType(type)
    if (!isInputObjectType(filter)) return {}
    const child: Collection = {
      ...parent,
      type: { name: filterName.replace(/_filter$/, '') } as Collection['type'],
      filter,
    }
    const simple = filterFields(child).filter((name) => {
      const isObject = isInputObjectType(getNamedType(filter.getFields()[name].type))
      // Of children of children it is said that they cannot be asked for.
      return !isObject || name === '_change_block' || this.#random.chance(0.02)
    })
    const fields = this.#random.some(simple, 1 + this.#random.below(2))
    return Object.fromEntries(fields.map((field) => [field, this.of(child, field)]))
  }

  /** A part of what some entity has, of lists a part of the elements. */
  #part(seen: readonly unknown[], type: GraphQLInputType): Argument {
    if (getNullableType(type) instanceof GraphQLList) {
      const list = (seen.length > 0 ? this.#random.pick(seen) : []) as unknown[]
      const some = this.#random.some(Array.isArray(list) ? list : [list], 1 + this.#random.below(2))
      return some.map((value) => asArgument(this.#recased(value), type))
    }
    const values = seen.flat()
    const text = String(values.length > 0 ? this.#random.pick(values) : 'x')
    if (getNamedType(type).name === 'Bytes') {
      const bytes = text.replace(/^0x/, '')
      const from = 2 * this.#random.below(Math.max(1, bytes.length / 2))
      return `0x${bytes.slice(from, from + 2 + 2 * this.#random.below(3))}`
    }
    const from = this.#random.chance(0.5) ? 0 : this.#random.below(text.length)
    const part = Array.from(text)
      .slice(from, from + 1 + this.#random.below(6))
      .join('')
    const pattern = this.#random.chance(0.1) ? `%${part}` : part
    return String(this.#recased(this.#random.chance(0.1) ? `${pattern}%` : pattern))
  }

  #recased(value: unknown): unknown {
    if (typeof value !== 'string' || !this.#random.chance(0.3)) return value
    return this.#random.chance(0.5) ? value.toUpperCase() : value.toLowerCase()
  }

  #leaf(seen: readonly unknown[], type: GraphQLInputType): Argument {
    const named = getNamedType(type)
    if (this.#random.chance(0.04)) return this.#random.pick(UNUSUAL[named.name] ?? UNUSUAL.others)
    if (seen.length > 0 && !this.#random.chance(0.1)) {
      return asArgument(this.#random.pick(seen), type)
    }
    if (isEnumType(named)) return new EnumName(this.#random.pick(named.getValues()).name)
    switch (named.name) {
      case 'Boolean':
        return this.#random.chance(0.5)
      case 'Int':
        return this.#random.below(2_000_000) - 1_000_000
      case 'Int8':
      case 'BigInt':
        return String(this.#random.below(2_000_000) - 1_000_000)
      case 'BigDecimal':
        return String(this.#random.next() * 1000)
      case 'Timestamp':
        return String(1_700_000_000_000_000 + this.#random.below(250_000) * 1_000_000)
      case 'Bytes':
        return this.#random.pick(['0x', '0x01', '0xdeadbeef'])
      default:
        return this.#random.pick(['', 'k1', 'none', 'apple'])
    }
  }
}

/** What is no value of a type, or looks like none. */
const UNUSUAL: Readonly<Record<string, readonly Argument[]>> = {
  Boolean: ['true', 1, new EnumName('yes')],
  Int: ['7', 1.5, 3_000_000_000, -2_147_483_649],
  Int8: [7, '+7', '-0', '', 'x', '99999999999999999999', 1.5],
  BigInt: [5, -7, '+5', '-0', '1_000', '_1', '', '-', 'x', '1.5', 1.5, '1e3', ' 5'],
  BigDecimal: [
    ...[1.5, 2, -3, 1e21, 1e-7, ''],
    ...['1e3', '1E-2', '-.5', '5.', '.', 'x', '1e', '0x1', '+1.50', '1_0.0'],
    ...['12345678901234567890123456789012345678', '-0.12345678901234567890123456789012345678'],
  ],
  Bytes: ['ab', '0xA', 'zz', '0xABCD', '0x0x01', '', 5],
  Timestamp: ['x', 5, '+1700000000000000', '', '99999999999999999999', '-1', true],
  others: [5, true, 1.5, '', new EnumName('nothing')],
}

function asArgument(value: unknown, type: GraphQLInputType): Argument {
  const named = getNamedType(type)
  if (value === null || value === undefined) return null
  if (isEnumType(named)) return new EnumName(String(value))
  if (named.name === 'Int' || named.name === 'Boolean') return value as number | boolean
  return String(value)
}
