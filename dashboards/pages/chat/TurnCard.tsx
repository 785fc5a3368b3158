import { Link } from '@tanstack/react-router'
import { Failure } from '../../components/Failure.tsx'
import { Percent } from '../../components/Percent.tsx'
import { Who } from '../../components/Who.tsx'
import { AttributedAnswer } from '../inference/AttributedAnswer.tsx'
import { Causation } from '../inference/Causation.tsx'
import type { Attribution } from '../inference/InferenceData.ts'
import { useInference } from '../inference/useInference.ts'
import type { Turn } from './Turn.ts'

/** One question and its answer: the words as they come, then who is behind them. */
export function TurnCard({ turn }: { turn: Turn }) {
  const { data, error } = useInference(turn.requestId, ({ attribution }) => attribution !== null)
  const attribution = data?.inference?.attribution ?? null
  return (
    <article className="card" aria-label={turn.question}>
      <h2 className="font-semibold">{turn.question}</h2>
      <p className="soft text-sm break-all">{turn.model}</p>
      <div aria-live="polite" aria-busy={turn.state === 'answering'}>
        {turn.state === 'answered' ? (
          <AttributedAnswer answer={turn.answer} attribution={attribution} />
        ) : (
          <p className="mt-2 text-lg whitespace-pre-wrap">{turn.answer}</p>
        )}
      </div>
      <p role="status" className="mt-3">
        {turn.state === 'answering' ? <span className="soft pulse">Answering …</span> : null}
        {turn.state === 'answered' && !attribution && !error ? (
          <span className="soft pulse">Answered. Working out who is behind it …</span>
        ) : null}
        {attribution ? <Behind attribution={attribution} /> : null}
      </p>
      {turn.problem ? (
        <p role="alert" className="bad mt-2">
          {turn.problem}
        </p>
      ) : null}
      {error && !attribution ? <Failure error={error} what="Who is behind this answer" /> : null}
      {turn.requestId ? (
        <p className="mt-2">
          <Link to="/inferences/$id" params={{ id: turn.requestId }}>
            Receipt, shares and where the money stands
          </Link>
        </p>
      ) : null}
      {attribution ? <Causation /> : null}
    </article>
  )
}

const NAMED = 3

function Behind({ attribution }: { attribution: Attribution }) {
  const { shares, basePpm, commonsPpm } = attribution
  return (
    <>
      Behind this answer:{' '}
      {shares.slice(0, NAMED).map((share) => (
        <span key={`${share.account.accountId}-${share.clusterId}`}>
          <Who account={share.account} /> <Percent ppm={share.ppm} />,{' '}
        </span>
      ))}
      {shares.length > NAMED ? `${shares.length - NAMED} more records, ` : ''}
      base model <Percent ppm={basePpm} />, commons <Percent ppm={commonsPpm} />.
    </>
  )
}
