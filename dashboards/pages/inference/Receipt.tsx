import { Hash } from '../../components/Hash.tsx'
import type { InferenceReceipt } from './InferenceData.ts'
import { receiptRows } from './receiptRows.ts'

/** The signed receipt: what it binds, its place on chain, and how to check it oneself. */
export function Receipt({
  receipt,
  requestId,
  evidenceRoot,
}: {
  receipt: InferenceReceipt
  requestId: string
  evidenceRoot: string
}) {
  return (
    <>
      <dl className="mt-2 grid gap-3">
        <Row name="Leaf (hash of the signed fields)">{receipt.leaf}</Row>
        <Row name="Signature of the service">{receipt.signature}</Row>
        <Row name="Root of the shares">{receipt.vectorRoot}</Row>
        <Row name="Root of the evidence">{evidenceRoot}</Row>
        <Row name="Batch">{receipt.batchId ?? 'not on chain yet'}</Row>
        <Row name="Epoch">{receipt.epochId ?? 'not posted yet'}</Row>
      </dl>
      <details className="mt-3">
        <summary>All signed fields</summary>
        <dl className="mt-2 grid gap-3">
          {receiptRows(receipt.json).map(([name, value]) => (
            <Row key={name} name={name}>
              {value}
            </Row>
          ))}
        </dl>
      </details>
      <p className="mt-3 text-sm">
        Check it yourself: <Hash>{`npx tributary verify ${requestId}`}</Hash> ·{' '}
        <a href={`/v1/receipts/${requestId}`}>the receipt as JSON</a>
      </p>
    </>
  )
}

function Row({ name, children }: { name: string; children: string }) {
  return (
    <div>
      <dt className="soft text-sm">{name}</dt>
      <dd>
        <Hash>{children}</Hash>
      </dd>
    </div>
  )
}
