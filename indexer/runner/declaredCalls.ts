import type { AbiValue } from '../abi/abiValue.ts'
import { TransientError } from '../errors/hostErrors.ts'
import type { CallArgument, DeclaredCall } from '../manifest/declaredCall.ts'
import { hexToBytes } from '../values/hex.ts'
import { Suspension } from '../wasm/suspension.ts'
import type { ContractCalls } from './contractCalls.ts'
import type { Trigger } from './matchTriggers.ts'

type EventTrigger = Extract<Trigger, { kind: 'event' }>

/** Makes the calls that the handlers of a block declare, all at once, before any of them runs. */
export async function makeDeclaredCalls(
  calls: ContractCalls,
  triggers: readonly Trigger[],
): Promise<void> {
  const missing: Suspension[] = []
  for (const trigger of triggers) {
    if (trigger.kind !== 'event') continue
    for (const declared of trigger.calls) {
      const address = value(trigger, declared, declared.address)
      if (address.kind !== 'address') {
        throw new TransientError(
          `In declarative call '${declared.label}': param ${nameOf(declared.address)} is not an address`,
        )
      }
      const parameters = declared.parameters.map((one) => value(trigger, declared, one))
      const { contract, functionName } = declared
      try {
        calls.call(trigger.source.source, {
          contract,
          address: address.value,
          functionName,
          signature: '',
          parameters,
        })
      } catch (error) {
        if (!(error instanceof Suspension)) throw error
        missing.push(error)
      }
    }
  }
  await Promise.all(missing.map((suspension) => suspension.load()))
}

function value(trigger: EventTrigger, declared: DeclaredCall, from: CallArgument): AbiValue {
  switch (from.kind) {
    case 'address':
      return { kind: 'address', value: from.address }
    case 'emitter':
      return { kind: 'address', value: hexToBytes(trigger.log.address) as Uint8Array }
    case 'parameter': {
      const found = trigger.parameters.find(({ name }) => name === from.name)
      if (found !== undefined) return found.value
      throw new TransientError(
        `In declarative call '${declared.label}': unknown param ${from.name}`,
      )
    }
  }
}

function nameOf(argument: CallArgument): string {
  return argument.kind === 'parameter' ? argument.name : argument.kind
}
