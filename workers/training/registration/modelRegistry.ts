import type { Snapshot } from '@tributary/protocol/records/snapshotRoot'

/** A model in a finalized block. */
export interface RegisteredModel {
  modelId: bigint
  ownerId: bigint
  /** 0 base model, 1 adapter. */
  kind: number
  /** baseHash or adapterHash. */
  weightsHash: string
  manifestHash: string
}

/** What is registered of a model; hashes are 0x-hex. */
export interface NewModel {
  /** 0n for a base model. */
  parentId: bigint
  kind: 0 | 1
  weightsHash: string
  manifestHash: string
  snapshots: readonly Snapshot[]
}

/** The chain's models, as training needs them. */
export interface ModelRegistry {
  /** A model by its weights, from finalized blocks. */
  find(weightsHash: string): Promise<RegisteredModel | undefined>
  /** A model by its id, from finalized blocks. */
  read(modelId: bigint): Promise<RegisteredModel | undefined>
  /** Account of the key that registers; `undefined` while it has none. */
  ownerId(): Promise<bigint | undefined>
  /**
   * Registers the model, or finds it registered, and waits until that is final. What it gives may
   * have another manifest than was asked for, if an earlier attempt was first.
   */
  register(model: NewModel, signal: AbortSignal): Promise<RegisteredModel>
}
