import { runUnderPinnedNode } from './runUnderPinnedNode.js'

runUnderPinnedNode('stack/demo/main.ts')
