/** Changes of a book, any at all. */
import * as fc from 'fast-check'
import type { DepthChange } from '#gateway/messages/outgoing/depth.ts'

const decimal = fc.integer({ min: 0, max: 1_000_000 }).map((cents) => String(cents / 100))

export const depthChangeArbitrary: fc.Arbitrary<DepthChange> = fc.record({
  position: fc.nat(50),
  operation: fc.constantFrom('insert', 'update', 'delete'),
  side: fc.constantFrom('bid', 'ask'),
  price: decimal,
  size: decimal,
  maker: fc.constantFrom('NSDQ', 'ARCA', ''),
})
