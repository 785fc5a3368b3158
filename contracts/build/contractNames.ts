/** The contracts that are deployed, in the order of their deployment. */
export const contractNames = [
  'GOpen',
  'TimelockController',
  'OpenGovernor',
  'AccountRegistry',
  'DatanetRegistry',
  'ModelRegistry',
  'ParamRegistry',
  'PaymentEscrow',
  'AttributionSettlement',
] as const

export type ContractName = (typeof contractNames)[number]
