import type { RpcError } from './rpcErrors.ts'

const REVERTED =
  /revert|invalid jump destination|invalid opcode|stack limit reached 1024|out of gas|stack underflow|vm execution error|invalidjump|notactivated|invalidfeopcode|stackunderflow|stackoverflow|opcodenotfound/i

/** Whether an error is what the contract itself answers, which every node would say. */
export function isRevert(error: RpcError): boolean {
  return error.code === 3 || REVERTED.test(error.message)
}
