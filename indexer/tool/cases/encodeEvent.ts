import { isDynamic } from '../../abi/abiType.ts'
import type { EventAbi, EventParameter } from '../../abi/contractAbi.ts'
import { encodeAbi } from '../../abi/encodeAbi.ts'
import { keccak, keccakText } from '../../abi/keccak.ts'
import { bytesToHex } from '../../values/hex.ts'
import { bytesOf, toAbiValue } from './abiPlain.ts'
import { asText, CaseError, isMap, type Plain } from './plain.ts'

/**
 * The log that an event with these parameters leaves.
 *
 * @param params by name, or as a list in the order of the declaration.
 */
export function encodeEvent(
  event: EventAbi,
  params: Plain | undefined,
  place: string,
): { readonly topics: string[]; readonly data: string } {
  const given = valuesOf(event, params, place)
  const topics = event.anonymous ? [] : [event.topic0]
  const plain = []
  for (const [at, parameter] of event.parameters.entries()) {
    const where = `${place}.${parameter.name || at}`
    if (parameter.indexed) topics.push(bytesToHex(topicOf(parameter, given[at], where)))
    else plain.push(toAbiValue(parameter.type, given[at], where))
  }
  return { topics, data: bytesToHex(encodeAbi(plain)) }
}

function valuesOf(event: EventAbi, params: Plain | undefined, place: string): readonly Plain[] {
  const names = event.parameters.map(({ name }) => name)
  if (Array.isArray(params)) {
    if (params.length === names.length) return params
    throw new CaseError(place, `${event.signature} has ${names.length} parameters`)
  }
  const map = isMap(params) ? params : {}
  const unknown = Object.keys(map).find((name) => !names.includes(name))
  const missing = names.find((name) => map[name] === undefined)
  if (unknown !== undefined || missing !== undefined) {
    const problem =
      missing === undefined ? `\`${unknown}\` is none of` : `\`${missing}\` is left out of`
    throw new CaseError(place, `${problem} the parameters of ${event.name}: ${names.join(', ')}`)
  }
  return names.map((name) => map[name])
}

/** An indexed parameter: its word, or the hash of what does not fit into one. */
function topicOf({ type }: EventParameter, value: Plain, place: string): Uint8Array {
  if (type.kind === 'string') return keccakText(asText(value, place))
  if (type.kind === 'bytes') return keccak(bytesOf(value, null, place))
  // What the hash of a list or a tuple is made of, no mapping can see: tests give the hash.
  if (type.kind === 'array' || type.kind === 'tuple' || isDynamic(type)) {
    return bytesOf(value, 32, place)
  }
  return encodeAbi([toAbiValue(type, value, place)])
}
