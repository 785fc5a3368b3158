/** What is checked of a receipt, in this order. */
export type CheckName =
  | 'signature'
  | 'request'
  | 'fee'
  | 'vectorRoot'
  | 'evidence'
  | 'attribution'
  | 'split'
  | 'model'
  | 'inclusion'
  | 'prompt'
  | 'answer'
  | 'tokenPath'

/** One line of a verification. */
export interface Check {
  name: CheckName
  /** True: it matches. False: it does not. Null: it could not be checked, `says` tells why. */
  ok: boolean | null
  says: string
}

/** A whole verification. */
export interface Verification {
  checks: Check[]
  /** No check failed. Those that could not be made do not count. */
  verified: boolean
}
