/**
 * The reorg property test over many sequences: `SEQUENCES` (100) of them from `SEED` (now) on. Run
 * with `node --test`; the ordinary tests play a few.
 */
import { testSequences } from './testSequences.ts'

const { SEED, SEQUENCES } = process.env
testSequences(Number(SEED || Math.floor(Date.now() / 1000) % 1_000_000), Number(SEQUENCES || 100))
