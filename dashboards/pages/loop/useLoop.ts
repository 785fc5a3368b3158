import { useEffect, useState } from 'react'

/** One step of the sample loop, as it was last reported. */
export interface LoopStep {
  seq: number
  step: string
  status: 'running' | 'done' | 'failed'
  data: Record<string, unknown>
  at: string
}

/** Follows the loop's steps: what there is, then what comes, over reconnections. */
export function useLoop(): { steps: LoopStep[]; connected: boolean } {
  const [steps, setSteps] = useState<LoopStep[]>([])
  const [connected, setConnected] = useState(false)
  useEffect(() => {
    const source = new EventSource('/v1/loop/stream')
    source.onopen = () => setConnected(true)
    source.onerror = () => setConnected(false)
    source.onmessage = (message) => {
      const event = JSON.parse(message.data) as LoopStep
      setSteps((known) =>
        [...known.filter(({ step }) => step !== event.step), event].sort((a, b) => a.seq - b.seq),
      )
    }
    return () => source.close()
  }, [])
  return { steps, connected }
}
