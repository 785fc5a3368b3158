/** A value of a contract with its kind, as `ethereum.Value` of graph-ts tells them apart. */
export type AbiValue =
  | { readonly kind: 'address' | 'fixedBytes' | 'bytes' | 'function'; readonly value: Uint8Array }
  | { readonly kind: 'int' | 'uint'; readonly value: bigint }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'fixedArray' | 'array' | 'tuple'; readonly value: readonly AbiValue[] }
