import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkDigit, privateIsin } from '#exchange/market/isin.ts'

// ISINs in IBKR's contract details.
test.each(['US0378331005', 'US88160R1014'])('%s ends in its check digit', (isin) => {
  expect(checkDigit(isin.slice(0, 11))).toBe(Number(isin.at(-1)))
})

test('ours are twelve characters, nobody’s country, whole, and each contract’s own', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_147_483_647 }), (conId) => {
      const isin = privateIsin(conId)
      expect(isin).toMatch(/^ZZ[0-9A-Z]{9}\d$/)
      expect(checkDigit(isin.slice(0, 11))).toBe(Number(isin.at(-1)))
      expect(privateIsin(conId + 1)).not.toBe(isin)
    }),
  )
})
