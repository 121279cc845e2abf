/**
 * The weight of one name when the multipliers are fixed, exactly: the w in [lower, upper] that minimises
 *
 *     ½qw² − vw + s|w| + a|w − w₀| + b|w − w₀|^{3/2}
 *
 * The derivative rises, with jumps at 0 and at w₀; between them it is linear or, with impact, quadratic in √|w − w₀|,
 * so that each piece is solved in closed form.
 */

/** @param q - > 0; v, s ≥ 0, a ≥ 0, b ≥ 0 as above */
export function scalarStep(
  v: number,
  s: number,
  a: number,
  b: number,
  q: number,
  start: number,
  lower: number,
  upper: number,
): number {
  const w = start >= 0 ? unbounded(v, s, a, b, q, start) : -unbounded(-v, s, a, b, q, -start)
  return w < lower ? lower : w > upper ? upper : w
}

/** Without bounds, and with start ≥ 0. */
function unbounded(v: number, s: number, a: number, b: number, q: number, start: number): number {
  const level = q * start
  const above = v - level - s - a
  if (above > 0) return start + tradeSize(above, b, q)
  // Down from w₀: in front of zero holding costs push down too, beyond it they push up.
  const below = level + s - a - v
  if (below <= 0 && start > 0) return start
  if (start > 0) {
    const w = start - tradeSize(below, b, q)
    if (w > 0) return w
  }
  const beyond = level - s - a - v
  if (!(beyond > 0)) return 0
  const w = start - tradeSize(beyond, b, q)
  return w < 0 ? w : 0
}

/** The y ≥ 0 with qy + ³⁄₂b√y = push, push > 0. */
function tradeSize(push: number, b: number, q: number): number {
  if (b === 0) return push / q
  const half = 1.5 * b
  const root = (2 * push) / (half + Math.sqrt(half * half + 4 * q * push))
  return root * root
}
