/** Which seeds a suite plays: its own few, or as many as `npm run simulate` asks for. */

/**
 * @param first - where `BALLAST_SEED` names no other
 * @param count - where `BALLAST_SEEDS` names no other
 */
export function seedsFrom(first: number, count: number): readonly number[] {
  const from = Number(process.env['BALLAST_SEED'] ?? first)
  const many = Number(process.env['BALLAST_SEEDS'] ?? count)
  return Array.from({ length: many }, (_, i) => from + i)
}
