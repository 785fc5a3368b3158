import { useEffect, useState } from 'react'

const DEVELOPMENT_CHAIN = 31337
const RETRY_MS = 3000

/** Whether the system runs on the development chain; undefined while that is not known yet. */
export function useIsDevelopment(): boolean | undefined {
  const [isDevelopment, setIsDevelopment] = useState<boolean>()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let isGone = false
    const read = async () => {
      const deployment = await fetch('/v1/deployment')
        .then((response) => (response.ok ? response.json() : null))
        .catch(() => null)
      if (isGone) return
      if (deployment) setIsDevelopment(Number(deployment.chainId) === DEVELOPMENT_CHAIN)
      else timer = setTimeout(read, RETRY_MS)
    }
    void read()
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [])
  return isDevelopment
}
