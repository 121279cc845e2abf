/** What a series of measurements comes to, and how it is printed. */

/** The value that a share of the measurements stays within; NaN of none. */
export function percentile(measured: readonly number[], share: number): number {
  const sorted = measured.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

/** `p50 0.12 ms   p99 0.80 ms` */
export function spread(measuredMs: readonly number[]): string {
  return `p50 ${milliseconds(percentile(measuredMs, 0.5))}   p99 ${milliseconds(percentile(measuredMs, 0.99))}`
}

/** Three digits that mean something: `0.123 ms`, `12.3 ms`, `1230 ms`. */
export function milliseconds(value: number): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(value, 1e-3))))
  return `${value.toFixed(digits)} ms`
}
