import { runUnderPinnedNode } from './runUnderPinnedNode.js'

runUnderPinnedNode('stack/main.ts')
