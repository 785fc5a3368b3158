import type { RandomNumbers } from '@tributary/protocol/testing/randomNumbers'
import type { LedgerRow } from '../tables/ledger.ts'

const ROLES = ['base', 'commons', 'modelOwner', 'host', 'treasury'] as const

/** The lines of some inferences of one batch: a few accounts, records and roles, any wei. */
export function randomLedger(
  random: RandomNumbers,
  batch: { batchId: bigint; epochId: number; inferences: number },
): LedgerRow[] {
  const rows: LedgerRow[] = []
  for (let at = 0; at < batch.inferences; at += 1) {
    const lines = 1 + random.below(5)
    for (let line = 0; line < lines; line += 1) {
      const record = random.below(3) > 0 ? BigInt(1 + random.below(6)) : 0n
      rows.push({
        inference_no: 2n ** 48n + batch.batchId * 1000n + BigInt(at),
        line_no: line,
        ts: new Date(Date.UTC(2026, 10, 1 + random.below(60), 12, 0, 0, random.below(1000))),
        service_id: 1,
        batch_id: batch.batchId,
        epoch_id: batch.epochId,
        params_version: 1,
        role: record === 0n ? random.pick(ROLES) : 'contributor',
        path: record === 0n ? random.pick(['vector', 'split'] as const) : 'vector',
        model_id: BigInt(1 + random.below(2)),
        datanet_id: record === 0n ? 0n : 1n + (record % 2n),
        contribution_id: record === 0n ? 0n : 1n,
        record_no: record,
        cluster_id: record,
        account_id: record === 0n ? BigInt(1 + random.below(3)) : 15n + record,
        ppm: random.below(1_000_001),
        wei: random.bigint(random.pick([2n, 10n ** 6n, 10n ** 18n, 10n ** 29n])),
        sign: 1,
      })
    }
  }
  return rows
}
