/** The states that an answer's money passes, in their order, with what each means. */
export const STATES: { state: string; name: string; about: string }[] = [
  { state: 'METERED', name: 'metered', about: 'counted against the payer’s escrow' },
  { state: 'ATTRIBUTED', name: 'attributed', about: 'shares worked out, receipt signed' },
  { state: 'COMMITTED', name: 'committed', about: 'its batch is on chain' },
  { state: 'POSTED', name: 'posted', about: 'in the root of an epoch, open to challenge' },
  { state: 'SETTLED', name: 'settled', about: 'the challenge window is over' },
  { state: 'PAID', name: 'paid', about: 'the money is at everybody whom it credits' },
]
