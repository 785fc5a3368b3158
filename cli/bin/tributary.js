#!/usr/bin/env node
import { runUnderPinnedNode } from '../../bin/runUnderPinnedNode.js'

runUnderPinnedNode('cli/main.ts')
