import type { BatchBody } from '@tributary/protocol/batches/batchBody'
import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import type { ParamVersions } from '../chain/paramVersions.ts'
import { log } from '../process/log.ts'
import type { CommittedBatch } from '../settlement/chain/settlementChain.ts'
import type { EpochFacts, FinalBlock, FinalFacts } from './facts/finalFacts.ts'
import { inferenceRows } from './rows/inferenceRows.ts'
import { ledgerRows } from './rows/ledgerRows.ts'
import { payoutRows } from './rows/payoutRows.ts'
import type { MirrorStore } from './store/mirrorStore.ts'

/** The tables do not hold what the chain says. Nothing more is mirrored until somebody looks. */
export class MirrorMismatchError extends TributaryError {}

/** Whom the mirror reads from and writes to. */
export interface MirrorParts {
  facts: FinalFacts
  store: MirrorStore
  /** The verified body of a batch. */
  bodyOf(batch: CommittedBatch): Promise<BatchBody>
  paramsOf: ParamVersions
}

/** Blocks between two notes of how far the tables go while nothing happens. */
const NOTE_EVERY_BLOCKS = 10

/**
 * Brings what is final on chain into the analytics' tables: the ledger and the answers of each
 * posted epoch, retractions of epochs that were disabled, and payments. Where it stands follows from
 * the tables, and every write counts once, so it may be killed at any moment. After each batch it
 * asks the tables for the sum and stops if a single wei is missing.
 */
export class Mirror {
  readonly #parts: MirrorParts
  readonly #retracted = new Set<bigint>()
  #nextEpoch: bigint | undefined
  #nextPayment: number | undefined
  #notedBlock = Number.NEGATIVE_INFINITY

  constructor(parts: MirrorParts) {
    this.#parts = parts
  }

  /** Mirrors all that is final now; returns how many batches and payments were new. */
  async round(): Promise<{ batches: number; payments: number }> {
    const { facts, store } = this.#parts
    const block = await facts.newestBlock()
    await this.#retract(block)
    const batches = await this.#epochs(block)
    const payments = await this.#payments(block)
    if (batches + payments > 0 || block.number >= this.#notedBlock + NOTE_EVERY_BLOCKS) {
      await store.insertBlock(block)
      this.#notedBlock = block.number
    }
    return { batches, payments }
  }

  async #retract(block: FinalBlock): Promise<void> {
    const { facts, store } = this.#parts
    for (const epochId of await facts.disabledEpochs(block)) {
      if (this.#retracted.has(epochId)) continue
      const isThere = async () =>
        (await store.ledgerWei(epochId)) !== 0n || (await store.batchesOf(epochId)).size > 0
      if (await isThere()) {
        await store.retract(epochId)
        log('mirror', 'epoch retracted', { epochId })
        if (await isThere()) {
          throw mismatch(`epoch ${epochId} was disabled`, 0n, await store.ledgerWei(epochId))
        }
      }
      this.#retracted.add(epochId)
    }
  }

  async #epochs(block: FinalBlock): Promise<number> {
    const { facts, store } = this.#parts
    // The newest epoch in the tables may be there in part only.
    this.#nextEpoch ??= await store.newestEpoch()
    let batches = 0
    for (const epoch of await facts.epochs(block, this.#nextEpoch)) {
      if (!epoch.disabled) batches += await this.#epoch(block, epoch)
      this.#nextEpoch = epoch.epochId + 1n
    }
    return batches
  }

  async #epoch(block: FinalBlock, epoch: EpochFacts): Promise<number> {
    const { facts, store } = this.#parts
    const { epochId } = epoch
    const there = await store.batchesOf(epochId)
    const batches = await facts.batches(block, epoch)
    const expected = Number(epoch.lastBatch - epoch.firstBatch) + 1
    if (batches.length !== expected) {
      throw new MirrorMismatchError(
        `epoch ${epochId} has ${expected} batches on chain, the subgraph gives ${batches.length}`,
        { code: 'mirror_batches', hint: 'The subgraph has lost events; index it anew.' },
      )
    }
    const missing = batches.filter(({ batchId }) => !there.has(batchId))
    for (const batch of missing) await this.#batch(epochId, batch)
    const fees = batches.reduce((sum, batch) => sum + batch.fees, 0n)
    const wei = await store.ledgerWei(epochId)
    if (wei !== fees) throw mismatch(`epoch ${epochId}`, fees, wei)
    log('mirror', 'epoch mirrored', { epochId, batches: batches.length, wei })
    return missing.length
  }

  async #batch(epochId: bigint, batch: CommittedBatch): Promise<void> {
    const { store, bodyOf, paramsOf } = this.#parts
    const body = await bodyOf(batch)
    const params = await paramsOf(batch.paramsVersion)
    const rows = ledgerRows(body, epochId, params, await store.recordsOf(body))
    const split = rows.reduce((sum, row) => sum + row.wei, 0n)
    if (split !== batch.fees)
      throw mismatch(`the body of batch ${batch.batchId}`, batch.fees, split)
    await store.insertLedger(epochId, rows)
    const wei = await store.ledgerWei(epochId, batch.batchId)
    if (wei !== batch.fees) throw mismatch(`batch ${batch.batchId}`, batch.fees, wei)
    // Last, since these rows say that the batch is there whole.
    await store.insertInferences(epochId, inferenceRows(body, epochId))
  }

  async #payments(block: FinalBlock): Promise<number> {
    const { facts, store } = this.#parts
    this.#nextPayment ??= await store.newestPayment()
    let count = 0
    for (;;) {
      const payments = await facts.payments(block, this.#nextPayment)
      for (const [blockNumber, rows] of payoutRows(payments)) {
        await store.insertPayouts(blockNumber, rows)
        this.#nextPayment = blockNumber + 1
      }
      count += payments.length
      if (payments.length === 0) break
    }
    if (count > 0) {
      const [paid, wei] = [await facts.totalPaid(block), await store.paidWei()]
      if (paid !== wei) throw mismatch('payments', paid, wei)
    }
    return count
  }
}

function mismatch(what: string, onChain: bigint, inTables: bigint): MirrorMismatchError {
  return new MirrorMismatchError(
    `${what}: ${onChain} wei on chain, ${inTables} wei in the tables`,
    {
      code: 'mirror_mismatch',
      hint: 'Somebody else has written to the tables, or a body was exchanged. Find out before going on.',
    },
  )
}
