import type { BigDecimal } from './bigDecimal.ts'

/** A 64-bit integer field (`Int8`: eight bytes), told apart from a `BigInt` by its class. */
export class Int8 {
  readonly value: bigint

  constructor(value: bigint) {
    this.value = value
  }
}

/** A point in time in microseconds since 1970. */
export class Timestamp {
  readonly micros: bigint

  constructor(micros: bigint) {
    this.micros = micros
  }
}

/**
 * What a field of an entity may hold: `String` string, `Int` number, `Boolean` boolean, `BigInt`
 * bigint, `Bytes` Uint8Array, lists arrays; a reference holds the id of its target.
 */
export type StoreValue =
  | string
  | number
  | boolean
  | bigint
  | Uint8Array
  | BigDecimal
  | Int8
  | Timestamp
  | readonly StoreValue[]
  | null

/** An entity, or the part of one that a handler sets; by name of the field. */
export type EntityData = ReadonlyMap<string, StoreValue>
