/** What the attribution does not say. */
export function Causation() {
  return (
    <p className="soft mt-3 text-sm">
      A match is not proof of causation: that a record holds the same words, or that a gradient
      points to it, does not show that the model said them because of it. The shares follow a fixed
      rule over this evidence; what it cannot place goes to the base model and the commons.
    </p>
  )
}
