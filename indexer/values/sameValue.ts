import { BigDecimal } from './bigDecimal.ts'
import { type EntityData, Int8, type StoreValue, Timestamp } from './storeValue.ts'

/** Whether two field values are equal in type and content. */
export function sameValue(left: StoreValue, right: StoreValue): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object' || !left || !right) return false
  if (left instanceof Uint8Array) {
    return right instanceof Uint8Array && Buffer.compare(left, right) === 0
  }
  if (left instanceof BigDecimal) return right instanceof BigDecimal && left.equals(right)
  if (left instanceof Int8) return right instanceof Int8 && left.value === right.value
  if (left instanceof Timestamp) return right instanceof Timestamp && left.micros === right.micros
  const one = left as readonly StoreValue[]
  if (!Array.isArray(right) || one.length !== right.length) return false
  return one.every((element, index) => sameValue(element, right[index]))
}

/** Whether two entities hold the same fields with the same values. */
export function sameEntity(left: EntityData, right: EntityData): boolean {
  if (left.size !== right.size) return false
  for (const [name, value] of left) {
    const other = right.get(name)
    if (other === undefined || !sameValue(value, other)) return false
  }
  return true
}
