/** Option computations as the venue shows them: at the bid, the ask, the last price and the model's. */
import type { Exchange } from '#exchange/exchange.ts'

/** Without an option market there is nothing to compute. */
export function optionFigures(): Pick<Exchange, 'computations'> {
  return { computations: () => undefined }
}
