import { expect, test } from 'vitest'
import { IMPACT } from '#exchange/book/impact.ts'
import { impactTerms } from '#gateway/impact-terms.ts'

test('what is not said is as usual', () => {
  expect(impactTerms('permanent=0.5,half-life=30s')).toEqual({
    ...IMPACT,
    permanent: 0.5,
    halfLifeMs: 30_000,
  })
  expect(impactTerms('turnover=100')).toEqual({ ...IMPACT, daysToTurnOver: 100 })
})

test('none leaves nothing in the price', () => {
  expect(impactTerms('none').permanent).toBe(0)
})

test.each([
  ['temporary=1', /--impact: was "temporary=1", expected none, or permanent, turnover, half-life/],
  ['permanent=lots', /--impact permanent: was "lots", expected a number from 0 to 10/],
  ['permanent=', /--impact permanent: was "", expected a number/],
  ['half-life=30', /--impact half-life: was "30", expected seconds from 0\.1s to 3600s/],
  ['', /expected none/],
])('%s is refused with what was expected', (text, message) => {
  expect(() => impactTerms(text)).toThrow(message)
})
