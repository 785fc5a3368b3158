import { type Browser, chromium } from 'playwright-core'
import { ensureChromium } from './ensureChromium.ts'

/** A headless Chromium that speaks to nobody but the pages it is given. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await ensureChromium((line) => console.log(line)),
    headless: true,
    chromiumSandbox: false,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
