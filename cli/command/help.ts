/** What `--help` says of each command; the empty name is the whole. */
export const HELP: Readonly<Record<string, string>> = {
  '': `tributary — know which data shaped an answer, and pay the people behind it

  tributary contribute <datanet> <files...>   give texts to a Datanet and earn when they shape answers
  tributary ask <model> "<question>"          ask a model; see who shaped the answer
  tributary verify <receipt-id|file>          check a receipt against the chain and public data
  tributary status                            what runs, and how far it is

Every command takes --json (one JSON line for programs) and --help (more, with examples).

It talks to the API at API_URL (http://127.0.0.1:4100 unless set) and to the chain that the API
names, or RPC_URL. Start a system of your own with: npm start
`,
  contribute: `tributary contribute <datanet> <files...>

Turns files into records, stores their bodies, and commits to them on chain under your wallet.
From then on your account earns whenever a record shapes an answer.

  <datanet>   number or name of the Datanet
  <files>     .txt, .md, .sol: one text record a file, up to 1 MiB
              .jsonl: one record a line; .json: one record, or a list
              as {"question","answer"}, {"prompt","wrong","right"},
              {"prompt","chosen","rejected"} or {"text"}

  --licence <SPDX>   licence of records that do not name theirs (default NOASSERTION)
  --lang <tag>       language of records that do not name theirs (default en)

The wallet is the private key in TRIBUTARY_KEY; on a development chain (31337) a well-known test
account stands in. Giving the same records twice is noticed and changes nothing.

  tributary contribute 1 facts.jsonl
  TRIBUTARY_KEY=0x... tributary contribute npm-guides docs/*.md --licence CC-BY-4.0
`,
  ask: `tributary ask <model> "<question>"

Asks a model and prints the answer as it comes; then, once it is attributed, who shaped it: the base
model by itself, what cannot be singled out (commons), and the accounts behind the records.

  <model>   alias, alias@version, or sha256:<hash>

  --public           let everybody see question, answer and their attribution
  --max-tokens <n>   longest answer (default 256)
  --temperature <t>  0 (default) always gives the same answer
  --save <file>      keep the receipt; with it you can verify a private answer
  --no-wait          do not wait for the attribution

The answer is paid from the escrow of your API key: TRIBUTARY_API_KEY. On this machine a funded
development key stands in.

  tributary ask npm-guide "What is the npm package ms?" --public
  tributary ask npm-guide@1 "What is it good for?" --save answer.json
`,
  verify: `tributary verify <receipt-id|file>

Checks a receipt, line by line, against what the chain says:

  signature     by the key that the service registered on chain
  inclusion     in a batch whose root is on chain, from the batch's published body
  fee, split    by the parameter version on chain, to the last wei
  attribution   shares from the evidence by the payment rule, evidence as signed
  model         weights and Datanet snapshots as registered on chain
  question, answer, token path    where the answer is public, or the file holds them

  <receipt-id>  request id or inference number
  <file>        a receipt kept with: tributary ask --save

Exits with 1 when something does not match. What cannot be checked is said, with the reason.

  tributary verify 281474976710656
  tributary verify answer.json --json
`,
  status: `tributary status

Says where the system is, and how far its sample loop has come.

  --json   {"url","loop":"running"|"done"|"failed","step","inferences"}
`,
}
