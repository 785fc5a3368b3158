import type { ParityHost } from '../hosts/parityHost.ts'
import { uploadVariant } from './uploadVariant.ts'
import type { Variant } from './variant.ts'

/** What a host has against the variants, by their names; null for what it deploys. */
export type Refusals = Readonly<Record<string, unknown>>

/** Deploys variants to a host. */
export async function askRefusals(
  host: ParityHost,
  variants: readonly Variant[],
): Promise<Refusals> {
  const refusals: Record<string, unknown> = {}
  for (const variant of variants) {
    const error = await host.refusal(await uploadVariant(variant))
    refusals[variant.name] = comparableRefusal(variant, error)
  }
  return refusals
}

/** What of an error is compared: not the number that a host gives a deployment. */
export function comparableRefusal({ ownWords }: Variant, error: unknown): unknown {
  if (error === null) return null
  return ownWords ? 'refused' : JSON.parse(JSON.stringify(error).replaceAll(/sgd\d+/g, 'sgd'))
}
