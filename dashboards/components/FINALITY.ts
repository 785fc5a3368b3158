/** What a reader makes of a block's finality. */
export const FINALITY: Record<string, string> = {
  UNSAFE: 'may still be reorganised',
  SAFE: 'safe, not final yet',
  FINALIZED: 'final',
}
