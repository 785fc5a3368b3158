import type { ChainLog } from '../chain/chainTypes.ts'
import { type DataSource, isDuplicate } from './dataSource.ts'

/** Finds data sources without looking at all of them: a factory's may be tens of thousands. */
export class SourceIndex {
  readonly #sources: readonly DataSource[]
  /** Places of the sources that take logs of an address; null for those of any. */
  readonly #byAddress = new Map<string | null, number[]>()
  readonly #withBlockHandlers: DataSource[] = []
  #count = 0

  private constructor(sources: readonly DataSource[]) {
    this.#sources = sources
  }

  /** The index of a list, to which sources may be added but from which none may be taken. */
  static of(sources: readonly DataSource[]): SourceIndex {
    let index = indexes.get(sources)
    if (index === undefined) {
      index = new SourceIndex(sources)
      indexes.set(sources, index)
    }
    index.#extend()
    return index
  }

  /** Sources that have block handlers, in the order of the list. */
  get withBlockHandlers(): readonly DataSource[] {
    return this.#withBlockHandlers
  }

  /** Sources whose address fits a log, in the order of the list. */
  forLog({ address }: ChainLog): readonly DataSource[] {
    const own = this.#byAddress.get(address) ?? []
    const any = this.#byAddress.get(null) ?? []
    const places = any.length === 0 ? own : [...own, ...any].sort((one, other) => one - other)
    return places.map((place) => this.#sources[place])
  }

  /** Whether there is one that would do the same. */
  hasDuplicate(source: DataSource): boolean {
    const places = this.#byAddress.get(source.address) ?? []
    return places.some((place) => isDuplicate(this.#sources[place], source))
  }

  #extend(): void {
    for (; this.#count < this.#sources.length; this.#count++) {
      const source = this.#sources[this.#count]
      const places = this.#byAddress.get(source.address)
      if (places === undefined) this.#byAddress.set(source.address, [this.#count])
      else places.push(this.#count)
      if (source.source.blockHandlers.length > 0) this.#withBlockHandlers.push(source)
    }
  }
}

const indexes = new WeakMap<readonly DataSource[], SourceIndex>()
