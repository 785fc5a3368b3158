import { DEVELOPMENT_API_KEY } from '@tributary/protocol/config/developmentKeys'
import { type FormEvent, useContext, useState } from 'react'
import { useIsDevelopment } from '../../components/useIsDevelopment.ts'
import { ChatContext } from './ChatContext.ts'
import { ModelSelect } from './ModelSelect.tsx'
import { TurnCard } from './TurnCard.tsx'
import { useModels } from './useModels.ts'

/** Ask a model, read the answer as it comes, and see who is behind it. */
export function ChatPage() {
  const { models, problem } = useModels()
  const isDevelopment = useIsDevelopment()
  const chat = useContext(ChatContext)
  const [picked, setPicked] = useState<string>()
  const [ownKey, setOwnKey] = useState('')
  const [question, setQuestion] = useState('')
  const [chosen, setChosen] = useState<boolean>()
  // Where real people ask, an answer is private unless they say otherwise.
  const isPublic = chosen ?? isDevelopment === true
  // The newest adapter is what people come for; the base model is there to compare.
  const preferred = models.findLast(({ tributary }) => tributary.kind !== 'base') ?? models[0]
  const model = models.find(({ id }) => id === picked) ?? preferred
  const key = isDevelopment ? DEVELOPMENT_API_KEY : ownKey.trim()
  const canAsk = model !== undefined && key !== '' && question.trim() !== '' && !chat?.isAnswering
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!canAsk) return
    chat?.ask({ key, model: model.id, question: question.trim(), isPublic })
    setQuestion('')
  }
  return (
    <>
      <h1 className="text-2xl font-semibold">Chat</h1>
      <p className="soft mt-1 max-w-3xl">
        Every answer is metered, and its fee goes to the people behind it. Each question stands
        alone: earlier ones are not sent along.
      </p>
      <div className="mt-4 grid gap-4">
        {chat?.turns.map((turn) => (
          <TurnCard key={turn.id} turn={turn} />
        ))}
      </div>
      <form onSubmit={submit} className="card mt-4 grid gap-4">
        <ModelSelect models={models} picked={model?.id} onPick={setPicked} />
        {problem ? (
          <p role="status" className="warn text-sm">
            The models could not be read yet ({problem}); they are asked for again.
          </p>
        ) : null}
        {isDevelopment === false ? (
          <label className="flex min-w-0 flex-col gap-1 text-sm">
            <span className="soft">API key (kept in this page alone)</span>
            <input
              type="password"
              autoComplete="off"
              value={ownKey}
              onChange={(event) => setOwnKey(event.target.value)}
              placeholder="trb_…"
            />
          </label>
        ) : null}
        <label className="flex min-w-0 flex-col gap-1 text-sm">
          <span className="soft">Question</span>
          <textarea
            rows={2}
            value={question}
            onChange={(event) => setQuestion(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && !event.shiftKey) submit(event)
            }}
          />
        </label>
        <label className="flex items-start gap-2 text-sm">
          <input
            type="checkbox"
            className="mt-1"
            checked={isPublic}
            onChange={(event) => setChosen(event.target.checked)}
          />
          <span>
            Public: everybody may read this question, its answer and the evidence. Otherwise only
            the money is seen.
          </span>
        </label>
        <button type="submit" className="primary justify-self-start" disabled={!canAsk}>
          Ask
        </button>
      </form>
    </>
  )
}
