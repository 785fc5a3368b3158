import type { AbiValue } from '../abi/abiValue.ts'
import type { EntityData, StoreValue } from '../values/storeValue.ts'

/** A call of a contract's view function, as a mapping asks for it. */
export interface ContractCall {
  /** Name of the ABI in the manifest. */
  readonly contract: string
  readonly address: Uint8Array
  readonly functionName: string
  /** `name(type,…):(type,…)`, or empty in code that old versions of graph-cli generated. */
  readonly signature: string
  readonly parameters: readonly AbiValue[]
}

/** Levels of `log.log`, in graph-ts's numbering. */
export const LOG_LEVELS = ['critical', 'error', 'warning', 'info', 'debug'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/**
 * What a handler may do beside computing. Every method may throw a {@link Suspension} when it
 * needs something that is not in memory.
 */
export interface HandlerContext {
  getEntity(type: string, id: string): EntityData | null
  getEntityInBlock(type: string, id: string): EntityData | null
  loadRelated(type: string, id: string, field: string): readonly EntityData[]
  setEntity(type: string, id: string, data: Map<string, StoreValue>): void
  removeEntity(type: string, id: string): void
  log(level: LogLevel, message: string): void
  /** @returns null when the call reverts. */
  callContract(call: ContractCall): readonly AbiValue[] | null
  balanceOf(address: Uint8Array): bigint
  hasCode(address: Uint8Array): boolean
  createDataSource(template: string, parameters: readonly string[], context: EntityData): void
  dataSourceAddress(): Uint8Array
  dataSourceNetwork(): string
  dataSourceContext(): EntityData
  /** The label that has a hash, in the Ethereum Name Service; null of one that nobody knows. */
  ensName(hash: string): string | null
}
