import type { Configuration } from '@tributary/protocol/config/configuration'
import type { ApiClient } from '../apiClient.ts'

export interface Verified {
  honest: boolean
  tampered: boolean
}

export async function verifyOne(
  _sample: { api: ApiClient; configuration: Configuration },
  _requestId: string,
): Promise<Verified> {
  throw new Error('not yet')
}
