import type { Passage } from './answerPassages.ts'
import type { Span } from './InferenceData.ts'
import { spanStrength } from './spanStrength.ts'

/**
 * An answer with what it shares word for word with records: underlined, and coloured the more
 * strongly the rarer the words are. Each passage is a link to its entry in the list of matches.
 *
 * @param matches passages that hold spans, in the order of the list
 */
export function AnswerText({
  passages,
  matches,
  spans,
  opened,
  onOpen,
  idOf,
}: {
  passages: Passage[]
  matches: Passage[]
  spans: Span[]
  opened: number | undefined
  onOpen: (match: number) => void
  idOf: (match: number) => { passage: string; entry: string }
}) {
  const mostBits = Math.max(0, ...spans.map(({ bits }) => bits))
  return (
    <p className="mt-2 text-lg whitespace-pre-wrap">
      {passages.map((passage) => {
        const match = matches.indexOf(passage)
        if (match < 0) return <span key={passage.start}>{passage.text}</span>
        return (
          <a
            key={passage.start}
            id={idOf(match).passage}
            href={`#${idOf(match).entry}`}
            className="match"
            aria-current={opened === match ? 'true' : undefined}
            aria-describedby={idOf(match).entry}
            onClick={(event) => {
              event.preventDefault()
              onOpen(match)
            }}
          >
            {runsOf(passage).map(({ start, text, over }) => {
              const own = over.flatMap((at) => spans[at] ?? [])
              const strength = Math.max(0, ...own.map((span) => spanStrength(span, mostBits)))
              const isPaid = own.some(({ qualified }) => qualified)
              return (
                <span key={start} className={`run strength-${strength} ${isPaid ? 'paid' : ''}`}>
                  {text}
                </span>
              )
            })}
          </a>
        )
      })}
    </p>
  )
}

function runsOf(passage: Passage): { start: number; text: string; over: number[] }[] {
  let start = passage.start
  return passage.runs.map(({ text, spans }) => {
    const run = { start, text, over: spans }
    start += text.length
    return run
  })
}
