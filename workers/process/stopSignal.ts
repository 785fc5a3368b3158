/**
 * A signal that aborts when the process is told to end (SIGTERM, SIGINT) or when its parent is
 * gone: a stage must not outlive the launcher that watches it. Call once, at the start of `main.ts`.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController()
  const stop = () => controller.abort()
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  // An orphan is handed to another parent, which is visible without any channel between the two.
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid !== parent) stop()
  }, 1000)
  watch.unref()
  return controller.signal
}
