import { runUnderPinnedNode } from './runUnderPinnedNode.js'

runUnderPinnedNode('indexer/bench/main.ts')
