/** One child process of the running system, as the supervisor starts it. */
export interface Part {
  /** Shown to people and used as the name of the log file. */
  name: string
  command: string
  args: string[]
  env: Record<string, string>
  /** Folder to run in; the repository's root when absent. */
  cwd?: string
  /** Answers 200 once the part is ready; parts without one count as ready when started. */
  healthUrl?: string
  /** Another proof of readiness, tried when there is no healthUrl. */
  isReady?: () => Promise<boolean>
  /** Runs before every start, the restarts included. */
  beforeStart?: () => Promise<void>
  /** What asks the part to end; SIGTERM when absent. */
  stopSignal?: NodeJS.Signals
  /** Milliseconds a stop may take before the part is killed. */
  stopTimeoutMs?: number
}
