import type { ReactNode } from 'react'

/** A table that scrolls sideways within itself where the page is narrow, by keyboard too. */
export function ScrollTable({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section aria-label={label} tabIndex={0} className="mt-2 overflow-x-auto">
      <table>{children}</table>
    </section>
  )
}
