import type { AnalyticsClient } from '@tributary/analytics/client/clickhouse'
import { insertOnce } from '@tributary/analytics/client/insertOnce'
import { ch } from '@tributary/analytics/dialect/ch'
import { openQuery } from '@tributary/analytics/dialect/openQuery'
import { recordsByNos } from '@tributary/analytics/queries/recordsByNos'
import type { InferenceRow } from '@tributary/analytics/tables/inference'
import type { LedgerRow } from '@tributary/analytics/tables/ledger'
import type { PayoutRow } from '@tributary/analytics/tables/payout'
import type { BatchBody } from '@tributary/protocol/batches/batchBody'
import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import { sql } from 'kysely'
import type { FinalBlock } from '../facts/finalFacts.ts'
import type { RecordOf, RecordPlace } from '../rows/ledgerRows.ts'

/** A record that earned something is not in the tables yet. */
export class MissingRecordError extends TributaryError {}

/** Rows of one insert. A batch's rows always fall into the same parts. */
const PART = 50_000

/** Reads and writes the mirror's tables; every write may be repeated and counts once. */
export class MirrorStore {
  readonly #client: AnalyticsClient

  constructor(client: AnalyticsClient) {
    this.#client = client
  }

  /** The newest epoch of which something is there, 0n before the first. */
  async newestEpoch(): Promise<bigint> {
    const { epochId } = await this.#query('mirrorNewestEpoch')
      .selectFrom('ledger as l')
      .select(sql<number>`max(l.epoch_id)`.as('epochId'))
      .executeTakeFirstOrThrow()
    return BigInt(epochId)
  }

  /** The block of the newest payment that is there, 0 before the first. */
  async newestPayment(): Promise<number> {
    const { block } = await this.#query('mirrorNewestPayment')
      .selectFrom('payout as p')
      .select(sql<bigint>`max(p.block_number)`.as('block'))
      .executeTakeFirstOrThrow()
    return Number(block)
  }

  /** Batches of an epoch that are there whole. */
  async batchesOf(epochId: bigint): Promise<Set<bigint>> {
    const rows = await this.#query('mirrorBatches')
      .selectFrom('inference as i')
      .select('i.batch_id as batchId')
      .where('i.epoch_id', '=', ch.u32(Number(epochId)))
      .groupBy('i.batch_id')
      .execute()
    return new Set(rows.map(({ batchId }) => batchId))
  }

  /** Wei of an epoch's rows, retractions taken off; of one batch only where one is given. */
  async ledgerWei(epochId: bigint, batchId?: bigint): Promise<bigint> {
    let query = this.#query('mirrorLedgerWei')
      .selectFrom('ledger as l')
      .select(sql<bigint>`sum(l.wei * l.sign)`.as('wei'))
      .where('l.epoch_id', '=', ch.u32(Number(epochId)))
    if (batchId !== undefined) query = query.where('l.batch_id', '=', ch.u64(batchId))
    return (await query.executeTakeFirstOrThrow()).wei
  }

  /** Wei of all payments that are there. */
  async paidWei(): Promise<bigint> {
    const { wei } = await this.#query('mirrorPaidWei')
      .selectFrom('payout as p')
      .select(sql<bigint>`sum(p.amount)`.as('wei'))
      .executeTakeFirstOrThrow()
    return wei
  }

  /**
   * Which record each answer of a batch pays for in a cluster: the cluster's earliest one among the
   * answer's evidence, as the payment rule has it.
   */
  async recordsOf(body: BatchBody): Promise<RecordOf> {
    const first = body.firstInferenceNo
    const last = first + BigInt(body.receipts.length) - 1n
    const found = await this.#query('mirrorEvidence')
      .selectFrom('evidence as e')
      .select([
        'e.inference_no as inferenceNo',
        'e.cluster_id as clusterId',
        sql<bigint>`min(e.record_no)`.as('recordNo'),
      ])
      .where('e.inference_no', '>=', ch.u64(first))
      .where('e.inference_no', '<=', ch.u64(last))
      .groupBy(['e.inference_no', 'e.cluster_id'])
      .execute()
    const earliest = new Map(
      found.map(({ inferenceNo, clusterId, recordNo }) => [
        `${inferenceNo}:${clusterId}`,
        recordNo,
      ]),
    )
    // A cluster is named after its first record, which speaks for it where evidence is gone.
    const recordNoOf = (inferenceNo: bigint, clusterId: bigint) =>
      earliest.get(`${inferenceNo}:${clusterId}`) ?? clusterId
    const recordNos = new Set(
      body.receipts.flatMap(({ receipt, vector }) =>
        vector
          .filter(({ clusterId }) => clusterId !== 0n)
          .map(({ clusterId }) => recordNoOf(receipt.inferenceNo, clusterId)),
      ),
    )
    const places = await this.#places([...recordNos])
    return (inferenceNo, clusterId) => {
      const recordNo = recordNoOf(inferenceNo, clusterId)
      const place = places.get(recordNo)
      if (place !== undefined) return place
      throw new MissingRecordError(
        `inference ${inferenceNo} pays for record ${recordNo}, which is not in the tables`,
        { code: 'mirror_record', hint: 'Ingest has to take it in first; the mirror goes on then.' },
      )
    }
  }

  async insertLedger(epochId: bigint, rows: readonly LedgerRow[]): Promise<void> {
    await this.#insertLedger('ledger', epochId, rows)
  }

  async insertInferences(epochId: bigint, rows: readonly InferenceRow[]): Promise<void> {
    const [{ service_id, batch_id }] = rows
    const token = `inference-${service_id}-${batch_id}-epoch-${epochId}`
    await insertOnce(this.#client, 'inference', rows, token)
  }

  async insertPayouts(blockNumber: number, rows: readonly PayoutRow[]): Promise<void> {
    await insertOnce(this.#client, 'payout', rows, `payout-${blockNumber}`)
  }

  async insertBlock({ number, time }: FinalBlock): Promise<void> {
    const row = { block_number: BigInt(number), block_time: time }
    await insertOnce(this.#client, 'mirrored_block', [row], `block-${number}`)
  }

  /**
   * Takes an epoch's rows back: the ledger gets each line once more with sign −1, copied from what
   * is there so that every rollup comes out even; its answers are left to the epoch that settles
   * them instead.
   */
  async retract(epochId: bigint): Promise<void> {
    const batches = await this.#query('mirrorRetractedBatches')
      .selectFrom('ledger as l')
      .select('l.batch_id as batchId')
      .where('l.epoch_id', '=', ch.u32(Number(epochId)))
      .groupBy('l.batch_id')
      .orderBy('l.batch_id')
      .execute()
    for (const { batchId } of batches) {
      const rows = await this.#query('mirrorRetractedLines')
        .selectFrom('ledger as l')
        .selectAll('l')
        .where('l.epoch_id', '=', ch.u32(Number(epochId)))
        .where('l.batch_id', '=', ch.u64(batchId))
        .where(sql<boolean>`l.sign = 1`)
        .orderBy('l.inference_no')
        .orderBy('l.line_no')
        .execute()
      await this.#insertLedger(
        'retract',
        epochId,
        rows.map((row) => ({ ...row, sign: -1 })),
      )
    }
    await this.#client.command({
      query: `DELETE FROM tributary.inference WHERE epoch_id = {epoch:UInt32}`,
      query_params: { epoch: Number(epochId) },
    })
  }

  async #insertLedger(what: string, epochId: bigint, rows: readonly LedgerRow[]): Promise<void> {
    const [{ service_id, batch_id }] = rows
    for (let from = 0; from < rows.length; from += PART) {
      const token = `${what}-${service_id}-${batch_id}-epoch-${epochId}-${from / PART}`
      await insertOnce(this.#client, 'ledger', rows.slice(from, from + PART), token)
    }
  }

  async #places(recordNos: bigint[]): Promise<Map<bigint, RecordPlace>> {
    if (recordNos.length === 0) return new Map()
    const rows = await recordsByNos(this.#client, { recordNos })
    return new Map(
      rows.map(({ recordNo, datanetId, contributionId }) => [
        recordNo,
        { recordNo, datanetId, contributionId },
      ]),
    )
  }

  #query(name: string) {
    return openQuery(this.#client, { name, seconds: 30 })
  }
}
