import { useEffect, useRef, useState } from 'react'
import { chatErrorText } from './chatErrorText.ts'
import { streamAnswer } from './streamAnswer.ts'
import type { Turn } from './Turn.ts'

/** Asks questions one after the other and keeps what came back, newest last. */
export function useChat(): {
  turns: Turn[]
  isAnswering: boolean
  ask: (options: { key: string; model: string; question: string; isPublic: boolean }) => void
} {
  const [turns, setTurns] = useState<Turn[]>([])
  const leaving = useRef<AbortController>(null)
  useEffect(() => () => leaving.current?.abort(), [])
  const change = (id: number, next: (turn: Turn) => Partial<Turn>) =>
    setTurns((all) => all.map((turn) => (turn.id === id ? { ...turn, ...next(turn) } : turn)))

  const ask = async (options: Parameters<ReturnType<typeof useChat>['ask']>[0]) => {
    const id = Date.now()
    const { model, question } = options
    setTurns((all) => [
      ...all,
      {
        id,
        model,
        question,
        answer: '',
        state: 'answering',
        requestId: undefined,
        problem: undefined,
      },
    ])
    leaving.current = new AbortController()
    const { signal } = leaving.current
    try {
      for await (const piece of streamAnswer({ ...options, signal })) {
        change(id, ({ answer }) =>
          'text' in piece ? { answer: answer + piece.text } : { requestId: piece.requestId },
        )
      }
      change(id, () => ({ state: 'answered' }))
    } catch (error) {
      if (!signal.aborted) change(id, () => ({ state: 'failed', problem: chatErrorText(error) }))
    }
  }
  return {
    turns,
    isAnswering: turns.some(({ state }) => state === 'answering'),
    ask: (options) => void ask(options),
  }
}
