import type { Page } from 'playwright-core'

/** A page in a running browser, with where the system is and where pictures go. */
export interface View {
  page: Page
  apiUrl: string
  /** Folder for screenshots; none are taken without it. */
  screenshots: string | undefined
}
