import { FINALITY } from '../../components/FINALITY.ts'
import { Hash } from '../../components/Hash.tsx'
import { Time } from '../../components/Time.tsx'
import type { StatePoint } from './InferenceData.ts'
import { STATES } from './STATES.ts'

/** How far an answer's money has come: every state with its time, block and finality. */
export function PayoutStates({ states }: { states: StatePoint[] }) {
  const reached = new Map(states.map((point) => [point.state, point]))
  return (
    <ol className="mt-2 grid gap-2">
      {STATES.map(({ state, name, about }) => {
        const point = reached.get(state)
        return (
          <li key={state} className="flex gap-3">
            <span aria-hidden="true" className={`w-5 text-center ${point ? 'good' : 'soft'}`}>
              {point ? '✓' : '○'}
            </span>
            <div className="min-w-0">
              <p>
                <strong className="font-semibold">{name}</strong>{' '}
                <span className="soft text-sm">{point ? about : `not yet: ${about}`}</span>
              </p>
              {point ? (
                <p className="text-sm">
                  <Time at={point.at} />
                  {point.block ? (
                    <>
                      {' '}
                      · block <span className="number">{point.block}</span>
                    </>
                  ) : null}
                  {point.finality ? ` · ${FINALITY[point.finality] ?? point.finality}` : null}
                  {point.transaction ? (
                    <>
                      <br />
                      <Hash>{point.transaction}</Hash>
                    </>
                  ) : null}
                </p>
              ) : null}
            </div>
          </li>
        )
      })}
    </ol>
  )
}
