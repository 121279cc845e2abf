/**
 * Marginal cost curves of one name: nondecreasing, piecewise linear, with jumps where a cost has a kink and upright ends
 * where a bound is. A curve is the derivative of a convex piecewise quadratic function of the weight.
 *
 * What a later weight costs, seen from before the trade, is the infimal convolution of that function with the cost of
 * trading: along each marginal cost the weights before it lie a trade further out (`beforeTrade`). Adding a step's own
 * cost (`withStep`) and this are all that dynamic programming over one name's path needs; each takes one walk.
 *
 * R. Rockafellar, "Convex Analysis" (1970), theorems 16.4 and 23.8; N. Johnson, "A Dynamic Programming Algorithm for the
 * Fused Lasso and L0-Segmentation" (2013), for the case of costs that are proportional.
 */

/** Points in rising order, and slopes before each and after the last: ∞ is upright, 0 is flat. */
export interface MarginalCurve {
  count: number
  readonly w: Float64Array
  readonly p: Float64Array
  readonly slopes: Float64Array
}

/** What one trade costs: a|z| + ½bz² for sell ≤ z ≤ buy. */
export interface TradeCost {
  a: number
  b: number
  sell: number
  buy: number
}

/** Room for the curves of so many steps. */
export function emptyCurve(periods: number): MarginalCurve {
  const room = 12 * periods + 12
  return { count: 0, w: new Float64Array(room), p: new Float64Array(room), slopes: new Float64Array(room + 1) } // prettier-ignore
}

/** The curve of no cost at all. */
export function clear(curve: MarginalCurve): void {
  curve.count = 1
  curve.w[0] = curve.p[0] = curve.slopes[0] = curve.slopes[1] = 0
}

/** The marginal cost just below x; −∞ below the curve's ends. */
export function costBelow({ count, w, p, slopes }: MarginalCurve, x: number): number {
  let j = 0
  while (j < count && w[j]! < x) j++
  if (j === count) return along(p[count - 1]!, slopes[count]!, x - w[count - 1]!)
  if (w[j]! > x) return along(p[j]!, slopes[j]!, x - w[j]!)
  return j === 0 && slopes[0] === Infinity ? -Infinity : p[j]!
}

/** The marginal cost just above x; ∞ above the curve's ends. */
export function costAbove({ count, w, p, slopes }: MarginalCurve, x: number): number {
  let j = count - 1
  while (j >= 0 && w[j]! > x) j--
  if (j < 0) return along(p[0]!, slopes[0]!, x - w[0]!)
  if (w[j]! < x) return along(p[j]!, slopes[j + 1]!, x - w[j]!)
  return j === count - 1 && slopes[count] === Infinity ? Infinity : p[j]!
}

/** The cost so far from a point; an upright end has none beyond it. */
function along(from: number, slope: number, by: number): number {
  if (slope !== Infinity) return from + slope * by
  return by > 0 ? Infinity : -Infinity
}

function push(curve: MarginalCurve, w: number, p: number, slopeBefore: number): void {
  const at = curve.count++
  curve.w[at] = w
  curve.p[at] = p
  curve.slopes[at] = slopeBefore
}

/**
 * Adds the step's own marginal cost qw − v ± s and its bounds.
 *
 * @param q - ≥ 0
 * @param s - ≥ 0, of |w|
 * @param out - another curve
 */
export function withStep(
  from: MarginalCurve,
  q: number,
  v: number,
  s: number,
  lower: number,
  upper: number,
  out: MarginalCurve,
): void {
  const { count, w, p, slopes } = from
  // Where trades are bounded the curve has ends of its own; bounds beyond them are theirs.
  const low = Math.max(lower, slopes[0] === Infinity ? w[0]! : -Infinity)
  const high = Math.max(low, Math.min(upper, slopes[count] === Infinity ? w[count - 1]! : Infinity))
  const hasKink = s > 0 && low < 0 && high > 0
  let sign = low >= 0 ? s : -s
  let isPast = !hasKink
  out.count = 0
  let slope = slopes[0]! + q
  if (low > -Infinity) {
    push(out, low, insideAbove(from, low) + q * low - v + sign, Infinity)
    slope = slopeAbove(from, low) + q
  }
  for (let j = 0; j < count && w[j]! < high; j++) {
    const x = w[j]!
    if (x <= low) continue
    if (!isPast && x >= 0) crossZero()
    if (hasKink && x === 0) continue
    push(out, x, p[j]! + q * x - v + sign, slope)
    slope = slopes[j + 1]! + q
  }
  if (!isPast) crossZero()
  if (high < Infinity && high > low) {
    push(out, high, insideBelow(from, high) + q * high - v + sign, slope)
    slope = Infinity
  } else if (high === low) slope = Infinity
  out.slopes[out.count] = slope

  function crossZero(): void {
    push(out, 0, costBelow(from, 0) - v - s, slope)
    push(out, 0, costAbove(from, 0) - v + s, Infinity)
    slope = slopeAbove(from, 0) + q
    sign = s
    isPast = true
  }
}

/** The cost at a bound as it is inside of it. */
const insideAbove = (curve: MarginalCurve, x: number): number => {
  const { count, w, p } = curve
  return x === w[count - 1] ? p[count - 1]! : costAbove(curve, x)
}
const insideBelow = (curve: MarginalCurve, x: number): number =>
  x === curve.w[0] ? curve.p[0]! : costBelow(curve, x)

function slopeAbove({ count, w, slopes }: MarginalCurve, x: number): number {
  let j = count - 1
  while (j >= 0 && w[j]! > x) j--
  return slopes[j + 1]!
}

/**
 * The curve over the weight before a trade: at each marginal cost p the name is bought or sold until the trade costs p.
 *
 * @param out - another curve
 */
export function beforeTrade(from: MarginalCurve, trade: TradeCost, out: MarginalCurve): void {
  const { count, w, p, slopes } = from
  const walk: Walk = { trade, out, region: regionAt(from, trade) }
  out.count = 0
  let slope = slopes[0]!
  for (let j = 0; j <= count && walk.region !== END; j++) {
    // Of the first ray the point after it is known, of each other piece the point before it.
    const known = j === 0 ? 0 : j - 1
    const x = w[known]!
    const y = p[known]!
    slope = slopes[j]!
    const top = j === count ? (slope > 0 ? Infinity : y) : p[j]!
    let edge = edgeOf(trade, walk.region)
    while (edge < top) {
      cross(walk, slope === Infinity ? x : x + (edge - y) / slope, edge, slope)
      if (walk.region === END) return
      edge = edgeOf(trade, walk.region)
    }
    if (j === count) break
    push(out, w[j]! + soldAt(trade, walk.region, p[j]!), p[j]!, bent(trade, walk.region, slope))
  }
  out.slopes[out.count] = bent(trade, walk.region, slope)
}

/** Pieces of the marginal cost: all is bought, buying, no trade, selling, all is sold; then nothing. */
const [ALL_BOUGHT, BUYING, NO_TRADE, SELLING, END] = [0, 1, 2, 3, 5] as const

interface Walk {
  readonly trade: TradeCost
  readonly out: MarginalCurve
  region: number
}

/** Where the curve begins. */
function regionAt({ p, slopes }: MarginalCurve, trade: TradeCost): number {
  if (slopes[0]! > 0) return ALL_BOUGHT
  let region: number = ALL_BOUGHT
  while (region < 4 && edgeOf(trade, region) < p[0]!) region++
  return region
}

/** The marginal cost at which a piece ends. */
function edgeOf({ a, b, sell, buy }: TradeCost, region: number): number {
  if (region === ALL_BOUGHT) return b === 0 ? -a : buy === Infinity ? -Infinity : -a - b * buy
  if (region === BUYING) return -a
  if (region === NO_TRADE) return a
  if (region === SELLING) return b === 0 ? a : sell === -Infinity ? Infinity : a - b * sell
  return Infinity
}

/** What lies between the weight after and the weight before the trade. */
function soldAt({ a, b, sell, buy }: TradeCost, region: number, p: number): number {
  if (region === ALL_BOUGHT) return -buy
  if (region === NO_TRADE) return 0
  if (region === BUYING) return b === 0 ? 0 : (p + a) / b
  if (region === SELLING) return b === 0 ? 0 : (p - a) / b
  return -sell
}

function bent({ b }: TradeCost, region: number, slope: number): number {
  if (region !== BUYING && region !== SELLING) return slope
  if (b === 0 || slope === 0) return slope
  return slope === Infinity ? b : (slope * b) / (slope + b)
}

/** From one piece into the next; costs without curvature leave a flat piece as long as the largest trade. */
function cross(walk: Walk, w: number, p: number, slope: number): void {
  const { trade, out, region } = walk
  const isFlat = trade.b === 0 && (region === ALL_BOUGHT || region === NO_TRADE)
  walk.region = isFlat ? region + 2 : region + 1
  if (!isFlat) {
    // Where all is sold that may be, the sale is the largest, not what rounding makes of it.
    const sold = soldAt(trade, region === SELLING ? region + 1 : region, p)
    if (p > -Infinity) push(out, w + sold, p, bent(trade, region, slope))
    return
  }
  const isBuying = region === ALL_BOUGHT
  const most = isBuying ? trade.buy : -trade.sell
  if (most === Infinity && isBuying) {
    out.count = 0
    push(out, w, p, 0)
    return
  }
  push(out, isBuying ? w - most : w, p, slope)
  if (most === Infinity) {
    out.slopes[out.count] = 0
    walk.region = END
  } else push(out, isBuying ? w : w + most, p, 0)
}

/**
 * The weight after a trade from x that costs least in all.
 *
 * @param curve - the marginal cost of the weight after it
 */
export function tradedTo(curve: MarginalCurve, trade: TradeCost, x: number): number {
  if (costBelow(curve, x) > trade.a) return soldTo(curve, trade, x)
  if (costAbove(curve, x) < -trade.a) return boughtTo(curve, trade, x)
  return x
}

function soldTo({ count, w, p, slopes }: MarginalCurve, trade: TradeCost, x: number): number {
  const { a, b, sell } = trade
  const least = x + sell
  let j = count - 1
  const excess = () => p[j]! - a - b * (x - w[j]!)
  while (j >= 0 && (w[j]! > x || excess() > 0)) j--
  if (j < 0) {
    j = 0
    const slope = slopes[0]! + b
    return Math.max(least, slope === Infinity ? w[0]! : Math.min(w[0]!, w[0]! - excess() / slope))
  }
  const slope = slopes[j + 1]! + b
  const reached = slope === Infinity || excess() === 0 ? w[j]! : w[j]! - excess() / slope
  return Math.max(least, Math.min(x, j < count - 1 ? Math.min(reached, w[j + 1]!) : reached))
}

function boughtTo({ count, w, p, slopes }: MarginalCurve, trade: TradeCost, x: number): number {
  const { a, b, buy } = trade
  const most = x + buy
  let j = 0
  const excess = () => p[j]! + a + b * (w[j]! - x)
  while (j < count && (w[j]! < x || excess() < 0)) j++
  if (j === count) {
    j = count - 1
    const slope = slopes[count]! + b
    return Math.min(most, slope === Infinity ? w[j]! : Math.max(w[j]!, w[j]! - excess() / slope))
  }
  const slope = slopes[j]! + b
  const reached = slope === Infinity || excess() === 0 ? w[j]! : w[j]! - excess() / slope
  return Math.min(most, Math.max(x, j > 0 ? Math.max(reached, w[j - 1]!) : reached))
}
