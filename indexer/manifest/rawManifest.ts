/** A manifest as it is written, once its shape is checked: what is not looked at here is left out. */
export interface RawManifest {
  readonly specVersion: string
  readonly features?: readonly string[] | null
  readonly schema?: { readonly file: string } | null
  readonly dataSources: readonly RawSource[]
  readonly templates?: readonly RawSource[]
  readonly indexerHints?: { readonly prune?: unknown } | null
}

export interface RawSource {
  readonly kind: string
  readonly name: string
  readonly network?: string | null
  readonly source: {
    readonly address?: string
    readonly abi: string
    readonly startBlock?: number
    readonly endBlock?: number | null
  }
  readonly mapping: {
    readonly apiVersion: string
    readonly abis: readonly { readonly name: string; readonly file: string }[]
    readonly eventHandlers?: readonly RawEventHandler[]
  }
}

export interface RawEventHandler {
  readonly event: string
  readonly handler: string
  readonly calls?: Readonly<Record<string, string>>
}
