import type { ContentSource } from './contentSource.ts'

/** Several sources of files as one: each is asked once those before it do not have the file. */
export function firstContent(sources: readonly ContentSource[]): ContentSource {
  return {
    get: async (name) => {
      for (const source of sources) {
        const bytes = await source.get(name)
        if (bytes !== null) return bytes
      }
      return null
    },
    onAdded: (listener) => {
      const ends = sources.map((source) => source.onAdded?.(listener))
      return () => {
        for (const end of ends) end?.()
      }
    },
  }
}
