/** Types of event after which a job has no other. */
export const LAST_EVENTS: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled'])
