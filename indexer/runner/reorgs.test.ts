import { testSequences } from '../testing/reorgs/testSequences.ts'

// `npm run test:reorgs` plays a hundred others.
testSequences(1, 8)
