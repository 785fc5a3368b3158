/** A subgraph that differs from one that every host takes. */
export interface Variant {
  readonly name: string
  /** Values of the manifest by their paths, such as `dataSources.0.name`; undefined takes one out. */
  readonly set?: Readonly<Record<string, unknown>>
  /** A text in place of the manifest. */
  readonly manifest?: string
  readonly schema?: string
  readonly abi?: string
  readonly mapping?: Uint8Array
  /** Whether only that it is refused is compared, as each host words the reason in its own way. */
  readonly ownWords?: true
  /** Whether it takes a host with a chain and a database to find out. */
  readonly inHost?: true
}
