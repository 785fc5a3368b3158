import { runUnderPinnedNode } from './runUnderPinnedNode.js'

runUnderPinnedNode('test/bench/main.ts')
