import { TransientError } from '../errors/hostErrors.ts'
import type { EntityType, IdType } from '../schema/entityModel.ts'
import { bytesToHex, hexToBytes } from '../values/hex.ts'
import { hexProblem, integerProblem } from '../values/parseProblems.ts'
import { Int8, type StoreValue } from '../values/storeValue.ts'

/** Names one entity: its type and its id as mappings write it. */
export interface EntityKey {
  readonly type: EntityType
  /** Text; `Bytes` as `0x…` in lower case, `Int8` as decimal digits. */
  readonly id: string
  /** What no other entity has. */
  readonly text: string
}

/**
 * Brings an id that a mapping passed to its one form.
 *
 * @throws TransientError when it is none of the type's ids, as graph-node does not call that
 * deterministic.
 */
export function entityKey(type: EntityType, id: string): EntityKey {
  let keys = keysOf.get(type)
  if (keys === undefined) {
    keys = new Map()
    keysOf.set(type, keys)
  }
  let key = keys.get(id)
  if (key === undefined) {
    key = newKey(type, id)
    // Most immutable entities are named once and never again.
    if (!type.immutable) remember(keys, id, key)
  }
  return key
}

/** Keys that were made lately, by the id as it was passed: most entities are named many times. */
const keysOf = new WeakMap<EntityType, Map<string, EntityKey>>()
const MAX_KEYS = 20_000

function remember(keys: Map<string, EntityKey>, id: string, key: EntityKey): void {
  if (keys.size >= MAX_KEYS) keys.clear()
  keys.set(id, key)
}

function newKey(type: EntityType, id: string): EntityKey {
  const canonical = isCanonical(type.idType, id) ? id : idText(idValue(type.idType, id))
  return { type, id: canonical, text: `${type.name}\0${canonical}` }
}

/** Whether an id is in its one form already, as nearly all are. */
function isCanonical(idType: IdType, id: string): boolean {
  if (idType !== 'Bytes') return idType === 'String'
  if (id.length % 2 !== 0 || !id.startsWith('0x')) return false
  for (let at = 2; at < id.length; at++) {
    const unit = id.charCodeAt(at)
    if (!((unit >= 48 && unit <= 57) || (unit >= 97 && unit <= 102))) return false
  }
  return true
}

/** The value of the field `id`. */
export function idValue(idType: IdType, id: string): StoreValue {
  switch (idType) {
    case 'String':
      return id
    case 'Bytes': {
      const bytes = hexToBytes(id)
      if (bytes === null)
        throw new TransientError(`can not convert \`${id}\` to Id::Bytes: ${hexProblem(id)}`)
      return bytes
    }
    case 'Int8':
      if (!/^-?\d+$/.test(id)) {
        throw new TransientError(`can not convert \`${id}\` to Id::Int8: ${integerProblem(id)}`)
      }
      return new Int8(BigInt(id))
  }
}

/** The text of an id's value. */
export function idText(value: StoreValue): string {
  if (value instanceof Uint8Array) return bytesToHex(value)
  if (value instanceof Int8) return value.value.toString()
  return String(value)
}

/** The order of ids in the store: of UTF-8 or plain bytes, or of numbers. */
export function compareIds(idType: IdType, left: string, right: string): number {
  if (idType === 'Int8') return BigInt(left) < BigInt(right) ? -1 : left === right ? 0 : 1
  return Buffer.compare(Buffer.from(left), Buffer.from(right))
}
