import { useEffect, useState } from 'react'

/** One step of the sample loop, as it was last reported. */
export interface LoopStep {
  seq: number
  step: string
  status: 'running' | 'done' | 'failed'
  data: Record<string, unknown>
  at: string
}

const RETRY_MS = 1500

/**
 * Follows the loop's steps: reads what there is, then hears of what comes. When the system starts
 * or restarts meanwhile it begins anew, since the stream alone would not tell what was missed.
 */
export function useLoop(): { steps: LoopStep[]; connected: boolean } {
  const [steps, setSteps] = useState<LoopStep[]>([])
  const [connected, setConnected] = useState(false)
  useEffect(() => {
    let source: EventSource | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let isGone = false
    const again = () => {
      source?.close()
      setConnected(false)
      if (!isGone) timer = setTimeout(follow, RETRY_MS)
    }
    const follow = async () => {
      const found = await readSteps()
      if (isGone) return
      if (!found) return again()
      setSteps(found)
      const last = found.reduce((most, { seq }) => Math.max(most, seq), 0)
      source = new EventSource(`/v1/loop/stream?after=${last}`)
      source.onopen = () => setConnected(true)
      source.onerror = again
      source.onmessage = (message) => {
        const event = JSON.parse(message.data) as LoopStep
        setSteps((known) => [...known.filter(({ step }) => step !== event.step), event])
      }
    }
    void follow()
    return () => {
      isGone = true
      clearTimeout(timer)
      source?.close()
    }
  }, [])
  return { steps, connected }
}

/** The newest report of each step; undefined while the system cannot tell. */
async function readSteps(): Promise<LoopStep[] | undefined> {
  try {
    const response = await fetch('/v1/loop')
    if (!response.ok) return undefined
    return ((await response.json()) as { events: LoopStep[] }).events
  } catch {
    return undefined
  }
}
