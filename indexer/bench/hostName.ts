/** A host that is measured, as the figures name it. */
export type HostName = 'tributary' | 'graphNode' | 'ponder'

/** Tells whoever waits how far the benchmark is. */
export type Say = (message: string) => void
