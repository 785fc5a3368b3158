import type { RandomNumbers } from '@tributary/protocol/testing/randomNumbers'

/** A process that ended in the middle of its work. */
export class Killed extends Error {}

/**
 * The same object, but any call may be the process's last, before or just after its effect: one in
 * `rarity` each.
 */
export function deadly<Target extends object>(
  target: Target,
  random: RandomNumbers,
  rarity: number,
): Target {
  return new Proxy(target, {
    get(_, name) {
      const value = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return async (...args: unknown[]) => {
        if (random.below(rarity) === 0) throw new Killed()
        const result = await value.apply(target, args)
        if (random.below(rarity) === 0) throw new Killed()
        return result
      }
    },
  })
}
