import { useIsDevelopment } from './useIsDevelopment.ts'

/** Says on every page of a development chain that its money and its people are samples. */
export function SampleNotice() {
  // Until the chain is known, the careful word stands.
  if (useIsDevelopment() === false) return null
  return (
    <aside
      aria-label="About this data"
      className="px-5 py-2 text-center text-sm"
      style={{ background: 'var(--accent-ground)' }}
    >
      Sample data on a development chain: development wallets, labelled by package author; nobody
      real is paid.
    </aside>
  )
}
