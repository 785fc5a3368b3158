import { useEffect, useState } from 'react'

/** A model that can answer. */
export interface OfferedModel {
  id: string
  tributary: { modelId: string; kind: string; datanets: string[] }
}

const RETRY_MS = 3000

/** The models on offer; asked for again while there are none yet. */
export function useModels(): { models: OfferedModel[]; problem: string | undefined } {
  const [models, setModels] = useState<OfferedModel[]>([])
  const [problem, setProblem] = useState<string>()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let isGone = false
    const read = async () => {
      try {
        const response = await fetch('/v1/models')
        const body = await response.json()
        if (isGone) return
        if (!response.ok) throw new Error(body.error?.message ?? `status ${response.status}`)
        setProblem(undefined)
        setModels(body.data)
        // Adapters come while the loop runs.
        timer = setTimeout(read, body.data.length > 1 ? RETRY_MS * 10 : RETRY_MS)
      } catch (error) {
        if (isGone) return
        setProblem((error as Error).message)
        timer = setTimeout(read, RETRY_MS)
      }
    }
    void read()
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [])
  return { models, problem }
}
