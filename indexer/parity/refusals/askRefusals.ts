import type { ParityHost } from '../hosts/parityHost.ts'
import { uploadVariant } from './uploadVariant.ts'
import type { Variant } from './variant.ts'
import { VARIANTS } from './variants.ts'

/** What a host has against the variants, by their names; null for what it deploys. */
export type Refusals = Readonly<Record<string, unknown>>

/** Deploys every variant to a host. */
export async function askRefusals(host: ParityHost): Promise<Refusals> {
  const refusals: Record<string, unknown> = {}
  for (const variant of VARIANTS) {
    const error = await host.refusal(await uploadVariant(variant))
    refusals[variant.name] = comparableRefusal(variant, error)
  }
  return refusals
}

/** What of an error is compared. */
export function comparableRefusal({ ownWords }: Variant, error: unknown): unknown {
  return ownWords && error !== null ? 'refused' : error
}
