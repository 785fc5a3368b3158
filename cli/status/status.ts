import type { Output } from '../command/Output.ts'
import type { Api } from '../http/api.ts'

/** Answer of `GET /v1/status`. */
interface Status {
  url: string
  ready: boolean
  loop: 'idle' | 'running' | 'done' | 'failed'
  step: string | null
  inferences: number
}

/** Says where the system is and how far its sample loop has come. */
export async function status(api: Pick<Api, 'get'>, output: Output): Promise<void> {
  const now = (await api.get('/v1/status')) as Status
  output.line(`${now.url} ${now.ready ? 'is ready' : 'is starting'}`)
  output.line(
    `sample loop: ${now.loop}${now.step === null ? '' : `, at step "${now.step}"`}; answers so far: ${now.inferences}`,
  )
  output.result(now)
}
