import { Link } from '@tanstack/react-router'
import { AS_OF, AsOf, type AsOfData } from '../../components/AsOf.tsx'
import { Failure } from '../../components/Failure.tsx'
import { Figure } from '../../components/Figure.tsx'
import { Open } from '../../components/Open.tsx'
import { useFollowedQuery } from '../../graphql/useFollowedQuery.ts'
import { Answers } from './Answers.tsx'
import { STEPS } from './STEPS.ts'
import { StepCard } from './StepCard.tsx'
import { useLoop } from './useLoop.ts'

interface Data {
  stats: {
    contributors: number
    records: number
    models: number
    inferences: string
    fees: string
    paid: string
    asOf: AsOfData
  }
}

const QUERY = `query LiveLoop {
  stats { contributors records models inferences fees paid ${AS_OF} }
}`

/** Home: what runs now, each step's progress, and the figures so far. */
export function LiveLoopPage() {
  const { steps, connected } = useLoop()
  const { data, error } = useFollowedQuery<Data, Record<string, never>>({
    query: QUERY,
    variables: {},
    everyMs: 3000,
    follow: () => true,
  })
  const byName = new Map(steps.map((step) => [step.step, step]))
  const end = byName.get('end')
  const failed = steps.find(({ status }) => status === 'failed')
  const running = STEPS.find(({ step }) => byName.get(step)?.status === 'running')
  return (
    <>
      <h1 className="text-2xl font-semibold">Live loop</h1>
      <p className="soft mt-1 max-w-3xl">
        From a contribution to money paid for it: every step below is the real one, running on this
        machine.
      </p>
      <p className="mt-3 text-lg" role="status" data-testid="loop-state">
        {failed ? (
          <span className="bad">
            Stopped at “{failed.step}”: {String(failed.data.error ?? '')}
          </span>
        ) : end?.status === 'done' ? (
          <span className="good">The loop has run once. It is your turn: ask something.</span>
        ) : running ? (
          <span>
            Now: <strong>{running.name}</strong> – {running.about}
          </span>
        ) : connected ? (
          <span className="soft">Waiting for the loop to begin …</span>
        ) : (
          <span className="soft">Connecting …</span>
        )}
      </p>

      {error && !data ? <Failure error={error} what="The figures" /> : null}
      {data ? (
        <dl className="mt-5 grid grid-cols-2 gap-3 md:grid-cols-3 lg:grid-cols-6">
          <Figure label="Contributors">{data.stats.contributors}</Figure>
          <Figure label="Records">{data.stats.records}</Figure>
          <Figure label="Models">{data.stats.models}</Figure>
          <Figure label="Answers">{data.stats.inferences}</Figure>
          <Figure label="Fees committed">
            <Open wei={data.stats.fees} />
          </Figure>
          <Figure label="Paid out">
            <Open wei={data.stats.paid} />
          </Figure>
        </dl>
      ) : null}

      <ol className="mt-6 grid gap-3">
        {STEPS.map(({ step, name, about }, index) => (
          <StepCard
            key={step}
            number={index + 1}
            name={name}
            about={about}
            event={byName.get(step)}
          />
        ))}
      </ol>

      <Answers ask={byName.get('ask')} attribute={byName.get('attribute')} />

      <section className="card mt-6">
        <h2 className="text-lg font-semibold">What to try next</h2>
        <ul className="mt-2 list-disc pl-5">
          <li>
            <Link to="/chat">Ask the adapter something</Link> and see who is behind the answer.
          </li>
          <li>
            <Link to="/inferences">Open an answer</Link>, its receipt and where its money stands.
          </li>
          <li>
            Contribute a file of your own:{' '}
            <code className="text-sm">npx tributary contribute 1 facts.jsonl</code>
          </li>
          <li>
            Check a receipt yourself:{' '}
            <code className="text-sm">npx tributary verify &lt;receipt-id&gt;</code>
          </li>
        </ul>
      </section>
      {data ? <AsOf asOf={data.stats.asOf} /> : null}
    </>
  )
}
