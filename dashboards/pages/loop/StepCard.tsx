import type { LoopStep } from './useLoop.ts'

const MARKS = { running: '●', done: '✓', failed: '✗' }
const WORDS = { running: 'running', done: 'done', failed: 'failed' }

/** One step: what it is for, how far it is, and what came of it. */
export function StepCard({
  number,
  name,
  about,
  event,
}: {
  number: number
  name: string
  about: string
  event: LoopStep | undefined
}) {
  const status = event?.status
  const colour = status === 'done' ? 'good' : status === 'failed' ? 'bad' : ''
  return (
    <li className="card flex gap-4" data-step={name} data-status={status ?? 'waiting'}>
      <span
        aria-hidden="true"
        className={`w-6 text-center text-lg ${colour} ${status === 'running' ? 'pulse' : 'soft'}`}
      >
        {status ? MARKS[status] : number}
      </span>
      <div className="min-w-0 flex-1">
        <h2 className="font-semibold">
          {name}{' '}
          <span className="soft text-sm font-normal">{status ? WORDS[status] : 'waiting'}</span>
        </h2>
        <p className="soft text-sm">{about}</p>
        {event ? <Detail event={event} /> : null}
      </div>
      {status === 'done' && typeof event?.data.seconds === 'number' ? (
        <span className="soft number text-sm">{event.data.seconds.toFixed(1)} s</span>
      ) : null}
    </li>
  )
}

function Detail({ event }: { event: LoopStep }) {
  const { data } = event
  if (event.status === 'failed') return <p className="bad mt-1">{String(data.error)}</p>
  if (event.status === 'done') return <p className="mt-1">{String(data.text ?? '')}</p>
  const progress = progressOf(data)
  const figures = Object.entries(data).filter(
    ([name, value]) =>
      typeof value === 'number' && !['of', 'seconds', 'step', 'steps', ...PROGRESS].includes(name),
  )
  return (
    <div className="mt-2">
      {progress ? (
        <progress
          className="w-full max-w-md"
          aria-label={event.step}
          value={progress.done}
          max={progress.of}
        />
      ) : null}
      <p className="number text-sm">
        {progress ? `${progress.done} of ${progress.of}` : null}
        {figures.map(([name, value]) => (
          <span key={name} className="ml-4">
            {FIGURES[name] ?? name} {round(value as number)}
          </span>
        ))}
      </p>
    </div>
  )
}

const FIGURES: Record<string, string> = { tokensPerSecond: 'tokens/s' }
const PROGRESS = ['stored', 'final', 'indexed', 'asked', 'attributed', 'paid']

function progressOf(data: Record<string, unknown>): { done: number; of: number } | null {
  if (typeof data.step === 'number' && typeof data.steps === 'number') {
    return { done: data.step, of: data.steps }
  }
  const name = PROGRESS.find((candidate) => typeof data[candidate] === 'number')
  return name && typeof data.of === 'number' ? { done: data[name] as number, of: data.of } : null
}

const round = (value: number) => (Number.isInteger(value) ? value : Number(value.toPrecision(3)))
