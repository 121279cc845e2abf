/** A failure of the conversation with TWS or IB Gateway, for the adapters to put into their port's words. */
export class TwsError extends Error {
  override readonly name = 'TwsError'
  readonly kind: TwsErrorKind
  /** TWS's code where it gave one, else 0; meanings in `codes.ts`. */
  readonly code: number

  constructor(
    kind: TwsErrorKind,
    detail: string,
    options?: ErrorOptions & { readonly code?: number },
  ) {
    super(detail, options)
    this.kind = kind
    this.code = options?.code ?? 0
  }
}

/**
 * `not-connected`: nothing was sent. `withheld`: the sender changed its mind while the message
 * queued; nothing was sent. `uncertain`: it may have been sent. `timeout`: no answer, or no whole
 * one, in time. `refused`: TWS answered with an error. `client-id-in-use`: 326, after all retries.
 * `unreadable`: the vendor's decoder could not follow the stream, so no answer can be trusted whole.
 */
export type TwsErrorKind =
  | 'not-connected'
  | 'withheld'
  | 'uncertain'
  | 'timeout'
  | 'refused'
  | 'client-id-in-use'
  | 'unreadable'
