/** `kill -9` of every process, at three seeded moments each, with the real base model. */
import { survivesKills } from './survivesKills.ts'

survivesKills({ model: async () => undefined, meanMs: 4000 })
