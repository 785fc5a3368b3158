import { AS_OF, type AsOfData } from '../../components/AsOf.tsx'

export interface Account {
  accountId: string
  payee: string
  label: string | null
}

/** Words that an answer shares with records; offsets count UTF-16 units of the answer. */
export interface Span {
  start: number
  end: number
  bits: number
  df: number
  qualified: boolean
  holders: { recordNo: string; clusterId: string; accountId: string; label: string | null }[]
}

export interface Share {
  account: Account
  clusterId: string
  record: { recordNo: string; datanetId: string; kind: string; package: string | null } | null
  text: string | null
  ppm: number
  wei: string
}

export interface Attribution {
  basePpm: number
  commonsPpm: number
  rhoPpm: number
  shares: Share[]
  spans: Span[]
  evidenceRoot: string
}

export interface Line {
  role: string
  accountId: string
  label: string | null
  clusterId: string
  ppm: number | null
  wei: string
}

export interface StatePoint {
  state: string
  at: string
  block: string | null
  transaction: string | null
  finality: string | null
}

export interface InferenceReceipt {
  json: string
  signature: string
  leaf: string
  vectorRoot: string
  batchId: string | null
  epochId: string | null
}

/** One answer as the pages show it. */
export interface InferenceData {
  inference: {
    inferenceNo: string
    requestId: string
    model: { name: string; kind: string }
    public: boolean
    messages: { role: string; content: string }[] | null
    answer: string | null
    tokensIn: number
    tokensOut: number
    fee: string
    paramsVersion: number
    issuedAt: string
    attribution: Attribution | null
    lines: Line[]
    receipt: InferenceReceipt | null
    state: string
    states: StatePoint[]
    asOf: AsOfData
  } | null
}

export const INFERENCE = `query Inference($id: String!) {
  inference(id: $id) {
    inferenceNo requestId public answer tokensIn tokensOut fee paramsVersion issuedAt state
    model { name kind }
    messages { role content }
    attribution {
      basePpm commonsPpm rhoPpm evidenceRoot
      shares {
        account { accountId payee label }
        clusterId ppm wei text
        record { recordNo datanetId kind package }
      }
      spans { start end bits df qualified holders { recordNo clusterId accountId label } }
    }
    lines { role accountId label clusterId ppm wei }
    receipt { json signature leaf vectorRoot batchId epochId }
    states { state at block transaction finality }
    ${AS_OF}
  }
}`
