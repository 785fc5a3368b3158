import { useId, useMemo, useState } from 'react'
import { AnswerText } from './AnswerText.tsx'
import { answerPassages } from './answerPassages.ts'
import type { Attribution } from './InferenceData.ts'
import { MatchEntry } from './MatchEntry.tsx'

const NO_SPANS: Attribution['spans'] = []

/** An answer with its matches highlighted, and the same matches as a list beside it. */
export function AttributedAnswer({
  answer,
  attribution,
}: {
  answer: string
  attribution: Attribution | null
}) {
  const [isShown, setIsShown] = useState(true)
  const [opened, setOpened] = useState<number>()
  const page = useId()
  const spans = attribution?.spans ?? NO_SPANS
  const passages = useMemo(() => answerPassages(answer, spans), [answer, spans])
  const matches = passages.filter((passage) => passage.spans.length > 0)
  const idOf = (match: number) => ({
    passage: `${page}-passage-${match}`,
    entry: `${page}-match-${match}`,
  })
  const open = (match: number) => {
    setOpened(match)
    focus(idOf(match).entry)
  }
  if (answer === '') return <p className="soft mt-2">The model answered nothing.</p>
  return (
    <div className="grid gap-5 lg:grid-cols-2">
      <div>
        <AnswerText
          passages={passages}
          matches={isShown ? matches : []}
          spans={spans}
          opened={opened}
          onOpen={open}
          idOf={idOf}
        />
        {matches.length > 0 ? (
          <label className="mt-3 flex items-center gap-2 text-sm">
            <input
              type="checkbox"
              checked={isShown}
              onChange={(event) => setIsShown(event.target.checked)}
            />
            Highlight what records say word for word
          </label>
        ) : null}
      </div>
      <section aria-label="Word-for-word matches" className="mt-2">
        <h3 className="font-semibold">Word-for-word matches</h3>
        {attribution === null ? (
          <p className="soft text-sm">They are being searched for …</p>
        ) : matches.length === 0 ? (
          <p className="soft text-sm">No record holds any longer piece of this answer.</p>
        ) : (
          <>
            <p className="soft text-sm">
              The stronger the colour, the rarer the words; a solid line counts, a dotted one does
              not.
            </p>
            <ol className="mt-2 grid gap-3">
              {matches.map((passage, match) => (
                <MatchEntry
                  key={passage.start}
                  id={idOf(match).entry}
                  passage={passage}
                  spans={spans}
                  shares={attribution.shares}
                  isOpened={opened === match}
                  onLocate={() => {
                    setOpened(match)
                    setIsShown(true)
                    focus(idOf(match).passage)
                  }}
                />
              ))}
            </ol>
          </>
        )}
      </section>
    </div>
  )
}

/** Once the page shows it. */
function focus(id: string): void {
  requestAnimationFrame(() => document.getElementById(id)?.focus())
}
