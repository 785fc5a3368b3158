/** Parts of a million as a percentage; exact in its title. */
export function Percent({ ppm }: { ppm: number }) {
  return (
    <span className="number" title={`${ppm.toLocaleString('en')} of 1,000,000`}>
      {(ppm / 10_000).toFixed(1)} %
    </span>
  )
}
