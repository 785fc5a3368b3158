/** `kill -9` of every process, at three seeded moments each, with a tiny model that learns at once. */
import { survivesKills } from './survivesKills.ts'
import { tinyModel } from './tinyModel.ts'

// The loop alone takes about a minute and a half: so the kills reach into its last step.
survivesKills({ model: tinyModel, meanMs: 2500 })
