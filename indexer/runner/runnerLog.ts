import type { LogLevel } from '../wasm/handlerContext.ts'

/** Where a runner and its handlers write their messages. */
export type RunnerLog = (level: LogLevel, message: string) => void
