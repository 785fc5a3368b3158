import type { ApiClient } from '../apiClient.ts'

export interface Trained {
  modelId: string
  seconds: number
  lossFirst: number
  lossLast: number
}

interface Job {
  jobId: string
  state: 'queued' | 'leased' | 'completed' | 'failed' | 'cancelled'
  progress: Record<string, unknown> | null
  result: Trained | null
  error: string | null
}

/** The training of the sample adapter failed for good. */
export class TrainingError extends Error {
  override name = 'TrainingError'
}

/** Has the adapter trained on a Datanet; asking twice is the same job. */
export async function train(
  api: ApiClient,
  options: {
    datanetId: bigint
    alias: string
    seed: number
    progress: (data: Record<string, unknown>) => void
  },
): Promise<Trained> {
  const { jobId } = await api.post<{ jobId: string }>('/v1/training', {
    datanetIds: [options.datanetId.toString()],
    alias: options.alias,
    seed: options.seed,
    key: `sample-${options.seed}`,
  })
  for (;;) {
    const job = await api.get<Job>(`/v1/training/${jobId}`)
    if (job.progress) options.progress(job.progress)
    if (job.state === 'completed' && job.result) return job.result
    if (job.state === 'failed' || job.state === 'cancelled') {
      throw new TrainingError(`the training of ${options.alias} ${job.state}: ${job.error ?? ''}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 700))
  }
}
