/** Parts between slashes hold a letter and begin and end with a letter or digit. */
export function isSubgraphName(name: string): boolean {
  const isPart = (part: string) => {
    const hasForm = /^[a-zA-Z0-9]([\w-]*[a-zA-Z0-9])?$/.test(part)
    return hasForm && /[a-zA-Z]/.test(part) && part !== 'graphql'
  }
  return name.length <= 255 && name.split('/').every(isPart)
}

/** Whether a text has the form of a deployment's id. */
export function isDeploymentId(id: string): boolean {
  return id.length <= 46 && /^\w*$/.test(id)
}
