export interface AsOfData {
  block: { number: string }
  finalizedBlock: string | null
  ledgerEpoch: string
}

/** The fields that {@link AsOf} shows. */
export const AS_OF = 'asOf { block { number } finalizedBlock ledgerEpoch }'

/** Up to where the figures of a page hold. */
export function AsOf({ asOf }: { asOf: AsOfData }) {
  return (
    <p className="soft mt-6 text-sm">
      As of block <span className="number">{asOf.block.number}</span>
      {asOf.finalizedBlock ? (
        <>
          , final up to <span className="number">{asOf.finalizedBlock}</span>
        </>
      ) : null}
      ; ledger up to epoch <span className="number">{asOf.ledgerEpoch}</span>.
    </p>
  )
}
