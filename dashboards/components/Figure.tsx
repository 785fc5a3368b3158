import type { ReactNode } from 'react'

/** One figure with what it counts. */
export function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="card">
      <dt className="soft text-sm">{label}</dt>
      <dd className="mt-1 text-xl font-semibold">{children}</dd>
    </div>
  )
}
