import type { StatePoint } from './InferenceData.ts'

/** Whether an answer is paid and no reorganisation can take that back: nothing more will happen. */
export function isPaidForGood({ states }: { states: readonly StatePoint[] }): boolean {
  return states.some(({ state, finality }) => state === 'PAID' && finality === 'FINALIZED')
}
