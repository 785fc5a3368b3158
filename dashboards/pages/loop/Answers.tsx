import { Link } from '@tanstack/react-router'
import { Percent } from '../../components/Percent.tsx'
import type { LoopStep } from './useLoop.ts'

interface AskedAnswer {
  kind: string
  question: string
  base: { text: string; requestId: string }
  adapter: { text: string; requestId: string }
}

interface AttributedAnswer {
  question: string
  top: { accountId: number; label: string; payee: string } | null
  topPpm: number
  basePpm: number
  commonsPpm: number
}

/** The loop's questions: what the base model says, what the adapter says, and who is behind it. */
export function Answers({
  ask,
  attribute,
}: {
  ask: LoopStep | undefined
  attribute: LoopStep | undefined
}) {
  const answers = (ask?.data.answers ?? []) as AskedAnswer[]
  const attributed = new Map(
    ((attribute?.data.answers ?? []) as AttributedAnswer[]).map((answer) => [
      answer.question,
      answer,
    ]),
  )
  if (answers.length === 0) return null
  return (
    <section className="mt-8">
      <h2 className="text-lg font-semibold">The same question, before and after training</h2>
      <div className="mt-3 grid gap-3">
        {answers.map(({ question, base, adapter }) => {
          const found = attributed.get(question)
          return (
            <article key={question} className="card">
              <h3 className="font-semibold">{question}</h3>
              <div className="mt-2 grid gap-4 md:grid-cols-2">
                <div>
                  <p className="soft text-sm">Base model</p>
                  <p>{base.text}</p>
                </div>
                <div>
                  <p className="soft text-sm">
                    Adapter ·{' '}
                    <Link to="/inferences/$id" params={{ id: adapter.requestId }}>
                      receipt
                    </Link>
                  </p>
                  <p>{adapter.text}</p>
                </div>
              </div>
              {found ? (
                <p className="mt-3 text-sm">
                  {found.top ? (
                    <>
                      <Percent ppm={found.topPpm} /> to{' '}
                      <Link to="/earnings" search={{ address: found.top.payee }}>
                        {found.top.label || found.top.payee}
                      </Link>{' '}
                      ·{' '}
                    </>
                  ) : null}
                  base model <Percent ppm={found.basePpm} /> · commons{' '}
                  <Percent ppm={found.commonsPpm} />
                </p>
              ) : null}
            </article>
          )
        })}
      </div>
    </section>
  )
}
