/** The part of JSON Schema (2020-12) that our messages are written in. */
export type Schema =
  | { readonly const: string | number | boolean | null }
  | { readonly enum: readonly string[] }
  | { readonly type: 'string'; readonly pattern?: string; readonly maxLength?: number }
  | { readonly type: 'integer'; readonly minimum?: number; readonly maximum?: number }
  | { readonly type: 'number'; readonly minimum?: number; readonly maximum?: number }
  | { readonly type: 'boolean' }
  | { readonly type: 'null' }
  | {
      readonly type: 'array'
      readonly items: Schema
      readonly minItems?: number
      readonly maxItems?: number
    }
  | {
      readonly type: 'object'
      readonly properties: { readonly [name: string]: Schema }
      readonly required: readonly string[]
      readonly additionalProperties?: boolean
    }
  | { readonly anyOf: readonly Schema[] }

/** The TypeScript type of the messages that a schema describes. */
export type Message<S> = S extends { readonly const: infer Value }
  ? Value
  : S extends { readonly enum: readonly (infer Value)[] }
    ? Value
    : S extends { readonly anyOf: readonly (infer Option)[] }
      ? Option extends unknown
        ? Message<Option>
        : never
      : S extends { readonly type: 'string' }
        ? string
        : S extends { readonly type: 'integer' | 'number' }
          ? number
          : S extends { readonly type: 'boolean' }
            ? boolean
            : S extends { readonly type: 'null' }
              ? null
              : S extends { readonly type: 'array'; readonly items: infer Item }
                ? Message<Item>[]
                : S extends {
                      readonly type: 'object'
                      readonly properties: infer Properties
                      readonly required: readonly (infer Required)[]
                    }
                  ? {
                      -readonly [Name in keyof Properties as Name extends Required
                        ? Name
                        : never]: Message<Properties[Name]>
                    } & {
                      -readonly [Name in keyof Properties as Name extends Required
                        ? never
                        : Name]?: Message<Properties[Name]>
                    }
                  : never

/** A SHA-256 or keccak256 hash: `0x` and 64 lower-case hex digits. */
export const HASH = { type: 'string', pattern: '^0x[0-9a-f]{64}$' } as const satisfies Schema

/** An unsigned integer of 64 bits or more, as a decimal string. */
export const INTEGER = { type: 'string', pattern: '^(0|[1-9][0-9]*)$' } as const satisfies Schema

/** An integer of any size and sign, as a decimal string. */
export const SIGNED = { type: 'string', pattern: '^(0|-?[1-9][0-9]*)$' } as const satisfies Schema

/** Bytes as `0x` and hex digits. */
export const HEX = { type: 'string', pattern: '^0x([0-9a-f]{2})*$' } as const satisfies Schema

/** Millionths. */
export const PPM = { type: 'integer', minimum: 0, maximum: 1_000_000 } as const satisfies Schema

/** A count that fits a u32. */
export const COUNT = {
  type: 'integer',
  minimum: 0,
  maximum: 4_294_967_295,
} as const satisfies Schema

/** Any text. */
export const TEXT = { type: 'string' } as const satisfies Schema

/** Nothing. */
export const NULL = { type: 'null' } as const satisfies Schema
