/** The loop's steps in their order, with what each is for. */
export const STEPS: { step: string; name: string; about: string }[] = [
  { step: 'contribute', name: 'Contribute', about: 'authors put records into Datanets, on chain' },
  {
    step: 'index',
    name: 'Index',
    about: 'bodies verified, near-duplicates clustered, tokens indexed',
  },
  { step: 'train', name: 'Train', about: 'a LoRA adapter learns one Datanet' },
  { step: 'ask', name: 'Ask', about: 'the same questions to base model and adapter' },
  {
    step: 'attribute',
    name: 'Attribute',
    about: 'which records shaped each answer; a signed receipt',
  },
  {
    step: 'settle',
    name: 'Settle and pay',
    about: 'batches, an epoch root, its challenge window, payouts',
  },
  { step: 'verify', name: 'Verify', about: 'the receipt held against the chain' },
]
