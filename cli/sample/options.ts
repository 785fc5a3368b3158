export type Until = 'index' | 'ask' | 'settle' | 'end'

/** What the sample loop is asked to do. */
export interface SampleOptions {
  /**
   * `loop` asks three questions, `demo` sixteen. `small` contributes a sixth of the records and asks
   * two questions: the shortest run that still passes through every step.
   */
  plan: 'loop' | 'demo' | 'small'
  seed: number
  until: Until
  json: boolean
}

export const ORDER: Until[] = ['index', 'ask', 'settle', 'end']

/** The command line cannot be understood. */
export class SampleOptionError extends Error {
  override name = 'SampleOptionError'
}

/** Reads `--plan loop|demo|small --seed N --until index|ask|settle|end --json`. */
export function readSampleOptions(args: string[]): SampleOptions {
  const options: SampleOptions = { plan: 'loop', seed: 1, until: 'end', json: false }
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]
    if (arg === '--json') options.json = true
    else if (arg === '--plan') options.plan = oneOf(arg, args[++i], ['loop', 'demo', 'small'])
    else if (arg === '--until') options.until = oneOf(arg, args[++i], ORDER)
    else if (arg === '--seed') {
      const seed = Number(args[++i])
      if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) {
        throw new SampleOptionError('--seed takes a whole number below 2^32')
      }
      options.seed = seed
    } else throw new SampleOptionError(`unknown option ${arg}`)
  }
  return options
}

function oneOf<T extends string>(name: string, value: string | undefined, values: T[]): T {
  const found = values.find((candidate) => candidate === value)
  if (!found) throw new SampleOptionError(`${name} takes one of ${values.join(', ')}`)
  return found
}
