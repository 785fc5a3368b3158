import { bytesToHex, hexToBytes } from '../values/hex.ts'
import {
  type AbiParameter,
  type AbiType,
  canonicalType,
  isDynamic,
  parameterType,
} from './abiType.ts'
import type { AbiValue } from './abiValue.ts'
import { AbiDecodeError, decodeAbi, decodeTopic } from './decodeAbi.ts'
import { keccakText } from './keccak.ts'

interface AbiItem {
  readonly type: string
  readonly name?: string
  readonly inputs?: readonly AbiParameter[]
  readonly outputs?: readonly AbiParameter[]
  readonly anonymous?: boolean
}

/** A parameter in the order of the event's declaration. */
export interface EventParameter {
  readonly name: string
  readonly type: AbiType
  readonly indexed: boolean
}

/** A decoded parameter of an event. */
export interface NamedValue {
  readonly name: string
  readonly value: AbiValue
}

/** An event of a contract. */
export class EventAbi {
  readonly name: string
  /** `name(indexed type,…)`, as manifests write it. */
  readonly signature: string
  /** Keccak-256 of the signature without `indexed`, `0x…`; an anonymous event's too. */
  readonly topic0: string
  readonly anonymous: boolean
  readonly parameters: readonly EventParameter[]
  /** Types of the parameters that are no topics. */
  readonly #inData: readonly AbiType[]

  constructor(item: AbiItem) {
    const inputs = item.inputs ?? []
    this.name = item.name ?? ''
    const types = inputs.map(canonicalType)
    const marked = inputs.map((input, at) => (input.indexed ? `indexed ${types[at]}` : types[at]))
    this.signature = `${this.name}(${marked.join(',')})`
    this.topic0 = bytesToHex(keccakText(`${this.name}(${types.join(',')})`))
    this.anonymous = item.anonymous ?? false
    this.parameters = inputs.map((input) => ({
      name: input.name ?? '',
      type: parameterType(input),
      indexed: input.indexed ?? false,
    }))
    this.#inData = this.parameters.flatMap(({ indexed, type }) => (indexed ? [] : type))
  }

  /**
   * The parameters of a log in the order of the event's declaration. An indexed dynamic parameter
   * is the 32 bytes of its hash.
   *
   * @param topics the log's, `0x…`, as well as its data.
   * @returns null when the log is none of this event.
   */
  decode(topics: readonly string[], data: string): NamedValue[] | null {
    let nextTopic = this.anonymous ? 0 : 1
    if (topics.length - nextTopic !== this.parameters.length - this.#inData.length) return null
    try {
      const values = decodeAbi(this.#inData, hexToBytes(data) as Uint8Array)
      let nextValue = 0
      return this.parameters.map(({ name, type, indexed }) => ({
        name,
        value: indexed
          ? topicValue(type, hexToBytes(topics[nextTopic++]) as Uint8Array)
          : values[nextValue++],
      }))
    } catch (error) {
      if (error instanceof AbiDecodeError) return null
      throw error
    }
  }
}

/** A function of a contract. */
export interface FunctionAbi {
  readonly name: string
  /** `name(type,…)`. */
  readonly signature: string
  /** `name(type,…):(type,…)`, as graph-cli's generated code names it. */
  readonly fullSignature: string
  readonly selector: Uint8Array
  readonly inputs: readonly AbiType[]
  readonly outputs: readonly AbiType[]
}

/** The events and functions of an ABI file. */
export class ContractAbi {
  readonly events: readonly EventAbi[]
  readonly functions: readonly FunctionAbi[]

  constructor(items: readonly AbiItem[]) {
    this.events = items.filter((item) => item.type === 'event').map((item) => new EventAbi(item))
    this.functions = items.filter((item) => item.type === 'function').map(readFunction)
  }

  /**
   * Finds an event by a manifest's signature; one without `indexed` finds the event too when the
   * contract has a single one of that name.
   */
  event(signature: string): EventAbi | null {
    const wanted = signature
      .trim()
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/\s*([(),])\s*/g, '$1')
    const named = this.events.filter((event) => event.name === wanted.split('(', 1)[0])
    const exact = named.find((event) => event.signature === wanted)
    if (exact) return exact
    const plain = named.find((event) => event.signature.replaceAll('indexed ', '') === wanted)
    return named.length === 1 ? (plain ?? null) : null
  }
}

function topicValue(type: AbiType, topic: Uint8Array): AbiValue {
  const hashed = isDynamic(type) || type.kind === 'array' || type.kind === 'tuple'
  return hashed ? { kind: 'fixedBytes', value: topic.slice() } : decodeTopic(type, topic)
}

function readFunction(item: AbiItem): FunctionAbi {
  const inputs = item.inputs ?? []
  const outputs = item.outputs ?? []
  const signature = `${item.name}(${inputs.map(canonicalType).join(',')})`
  return {
    name: item.name ?? '',
    signature,
    fullSignature: `${signature}:(${outputs.map(canonicalType).join(',')})`,
    selector: keccakText(signature).slice(0, 4),
    inputs: inputs.map(parameterType),
    outputs: outputs.map(parameterType),
  }
}
