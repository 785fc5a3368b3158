import { Who } from '../../components/Who.tsx'
import type { Passage } from './answerPassages.ts'
import type { Share, Span } from './InferenceData.ts'
import { RecordText } from './RecordText.tsx'

const MOST_HOLDERS = 10

/** One passage of an answer that records hold too: how rare it is, and whose records they are. */
export function MatchEntry({
  id,
  passage,
  spans,
  shares,
  isOpened,
  onLocate,
}: {
  id: string
  passage: Passage
  spans: Span[]
  shares: Share[]
  isOpened: boolean
  onLocate: () => void
}) {
  const own = passage.spans.flatMap((at) => spans[at] ?? [])
  const strongest = own.reduce((most, span) => (span.bits > most.bits ? span : most))
  const holders = new Map(
    own.flatMap((span) => span.holders.map((holder) => [holder.clusterId, holder])),
  )
  const isPaid = own.some(({ qualified }) => qualified)
  return (
    <li id={id} tabIndex={-1} className={`entry ${isOpened ? 'opened' : ''}`}>
      <p>
        <q>{passage.text.trim()}</q>
      </p>
      <p className="soft text-sm">
        {isPaid ? 'Rare enough to count' : 'Too common or too short to count'}:{' '}
        {strongest.bits.toFixed(0)} bits, in {strongest.df}{' '}
        {strongest.df === 1 ? 'record' : 'records'} (near-duplicates count once).{' '}
        <button type="button" className="plain" onClick={onLocate}>
          Show in the answer
        </button>
      </p>
      <ul className="mt-1 grid gap-2">
        {[...holders.values()].slice(0, MOST_HOLDERS).map((holder) => {
          const share = shares.find(({ clusterId }) => clusterId === holder.clusterId)
          return (
            <li key={holder.clusterId}>
              {share ? (
                <Who account={share.account} />
              ) : (
                (holder.label ?? `account ${holder.accountId}`)
              )}{' '}
              <span className="soft text-sm">record {holder.recordNo}</span>
              {isOpened && share?.text ? <RecordText text={share.text} /> : null}
            </li>
          )
        })}
      </ul>
      {holders.size > MOST_HOLDERS ? (
        <p className="soft text-sm">and {holders.size - MOST_HOLDERS} more</p>
      ) : null}
    </li>
  )
}
