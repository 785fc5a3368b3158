import { type Signer, TypedDataEncoder, verifyTypedData } from 'ethers'
import { ReceiptError, type SigningDomain, typedDataDomain } from './receipt.ts'

/** What a payer's signer owes a service so far; the highest one is collected on chain. */
export interface Voucher {
  payerId: bigint
  serviceId: number
  /** Wei since the payer's first answer at this service; never falls. */
  cumulative: bigint
  /** The inference that brought it to this amount. */
  inferenceNo: bigint
}

/** EIP-712 types of a voucher, as PaymentEscrow checks it. */
export const VOUCHER_TYPES = {
  Voucher: [
    { name: 'payerId', type: 'uint64' },
    { name: 'serviceId', type: 'uint16' },
    { name: 'cumulative', type: 'uint128' },
    { name: 'inferenceNo', type: 'uint64' },
  ],
} satisfies Record<string, { name: keyof Voucher; type: string }[]>

/** Everything a wallet needs to sign a voucher; the domain's contract is PaymentEscrow. */
export function voucherTypedData(voucher: Voucher, domain: SigningDomain) {
  return {
    domain: typedDataDomain(domain),
    types: VOUCHER_TYPES,
    primaryType: 'Voucher' as const,
    message: voucher,
  }
}

/** The 32 bytes that are signed for a voucher. */
export function voucherDigest(voucher: Voucher, domain: SigningDomain): string {
  return TypedDataEncoder.hash(typedDataDomain(domain), VOUCHER_TYPES, voucher)
}

/** Signs a voucher; the domain's contract is PaymentEscrow. */
export function signVoucher(
  voucher: Voucher,
  domain: SigningDomain,
  signer: Pick<Signer, 'signTypedData'>,
): Promise<string> {
  return signer.signTypedData(typedDataDomain(domain), VOUCHER_TYPES, voucher)
}

/** The address that signed a voucher, with checksum. */
export function recoverVoucherSigner(
  voucher: Voucher,
  signature: string,
  domain: SigningDomain,
): string {
  try {
    return verifyTypedData(typedDataDomain(domain), VOUCHER_TYPES, voucher, signature)
  } catch (cause) {
    throw new ReceiptError(`the signature of payer ${voucher.payerId}'s voucher cannot be read`, {
      code: 'voucher_signature',
      hint: 'A signature is 0x and 130 hex digits.',
      cause,
    })
  }
}
