/** The brand that an order needs to be sent, and the one place that mints it. */
declare const approved: unique symbol

/** Proof, in the type, that the pre-trade gate let this through. Only `approve` mints it. */
export type RiskApproved<T> = T & { readonly [approved]: true }

export interface RiskRefused<T> {
  readonly request: T
  readonly reason: string
}

/** Runs the gate. `refusal` answers with a reason, or undefined when it has none. Pure. */
export function approve<T>(
  request: T,
  refusal: (request: T) => string | undefined,
): RiskApproved<T> | RiskRefused<T> {
  const reason = refusal(request)
  if (reason !== undefined) return { request, reason }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one mint of this brand
  return request as RiskApproved<T>
}
