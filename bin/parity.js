import { runUnderPinnedNode } from './runUnderPinnedNode.js'

runUnderPinnedNode('test/parity/main.ts')
