import { getRouteApi, Link } from '@tanstack/react-router'
import { AsOf } from '../../components/AsOf.tsx'
import { Failure } from '../../components/Failure.tsx'
import { Open } from '../../components/Open.tsx'
import { Time } from '../../components/Time.tsx'
import { AttributedAnswer } from './AttributedAnswer.tsx'
import { Causation } from './Causation.tsx'
import { Fee } from './Fee.tsx'
import { isPaidForGood } from './isPaidForGood.ts'
import { PayoutStates } from './PayoutStates.tsx'
import { Receipt } from './Receipt.tsx'
import { Shares } from './Shares.tsx'
import { STATES } from './STATES.ts'
import { useInference } from './useInference.ts'

const route = getRouteApi('/inferences/$id')

/** One answer: who is behind it, where its fee goes, its receipt, and how far the money has come. */
export function InferencePage() {
  const { id } = route.useParams()
  return <OneInference key={id} id={id} />
}

function OneInference({ id }: { id: string }) {
  const { data, error, loading } = useInference(id, isPaidForGood)
  if (error && !data) return <Failure error={error} what="This answer" />
  if (loading || !data) return <p className="soft">Reading …</p>
  const { inference } = data
  if (!inference) {
    return (
      <section className="card">
        <h1 className="text-xl font-semibold">There is no such answer</h1>
        <p className="mt-2">
          This gateway knows no answer <span className="break-all">“{id}”</span>. Here are{' '}
          <Link to="/inferences">all that there are</Link>.
        </p>
      </section>
    )
  }
  const { attribution, lines, receipt } = inference
  const state = STATES.find((each) => each.state === inference.state)
  return (
    <>
      <p className="soft text-sm">
        <Link to="/inferences">Inferences</Link> · answer {inference.inferenceNo}
      </p>
      <h1 className="mt-1 text-2xl font-semibold">
        {inference.messages?.at(-1)?.content ?? 'A private question'}
      </h1>
      <p className="soft mt-1 text-sm">
        {inference.model.name} ({inference.model.kind}) · <Time at={inference.issuedAt} /> ·{' '}
        {inference.tokensIn} + {inference.tokensOut} tokens · <Open wei={inference.fee} />
      </p>
      <p className="mt-1" role="status">
        The money of this answer is <strong>{state?.name ?? inference.state}</strong>
        {state ? `: ${state.about}.` : '.'}
      </p>

      <section className="card mt-5">
        <h2 className="text-lg font-semibold">Answer</h2>
        {inference.answer === null ? (
          <p className="soft mt-2">
            This answer is private: its payer holds the text, everybody sees the money.
          </p>
        ) : (
          <AttributedAnswer answer={inference.answer} attribution={attribution} />
        )}
        <Causation />
      </section>

      <section className="card mt-4">
        <h2 className="text-lg font-semibold">Who is behind it</h2>
        {attribution ? (
          <Shares attribution={attribution} lines={lines} />
        ) : (
          <p className="soft mt-2">Being worked out; this page fills by itself.</p>
        )}
      </section>

      <section className="card mt-4">
        <h2 className="text-lg font-semibold">The fee</h2>
        {lines.length > 0 ? (
          <Fee fee={inference.fee} lines={lines} />
        ) : (
          <p className="soft mt-2">
            <Open wei={inference.fee} />, split once the answer is attributed.
          </p>
        )}
      </section>

      <div className="mt-4 grid items-start gap-4 lg:grid-cols-2">
        <section className="card min-w-0">
          <h2 className="text-lg font-semibold">Where the money stands</h2>
          <PayoutStates states={inference.states} />
        </section>
        <section className="card min-w-0">
          <h2 className="text-lg font-semibold">Receipt</h2>
          {receipt && attribution ? (
            <Receipt
              receipt={receipt}
              requestId={inference.requestId}
              evidenceRoot={attribution.evidenceRoot}
            />
          ) : (
            <p className="soft mt-2">Signed as soon as the answer is attributed.</p>
          )}
        </section>
      </div>
      <AsOf asOf={inference.asOf} />
    </>
  )
}
