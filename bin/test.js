import { runUnderPinnedNode } from './runUnderPinnedNode.js'

runUnderPinnedNode('test/run.ts')
