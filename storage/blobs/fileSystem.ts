import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'

/** The calls through which a store touches its folder; tests put failing ones in their place. */
export interface FileSystem {
  mkdir: typeof mkdir
  open: typeof open
  readdir: typeof readdir
  rename: typeof rename
  rm: typeof rm
  stat: typeof stat
}

/** The real one. */
export const diskFileSystem: FileSystem = { mkdir, open, readdir, rename, rm, stat }
