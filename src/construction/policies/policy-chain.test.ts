import { expect, test } from 'vitest'
import { err, ok } from '#model/result.ts'
import type { PolicyKind } from '#construction/construction-settings.ts'
import { chosenPolicy } from '#construction/policies/policy-chain.ts'
import { table } from '#test/support/table.ts'

const listed = (text: string) => text.split(', ').filter((kind) => kind !== '') as PolicyKind[]

test.each(
  table(`
    policies                        | able                   | chosen       | failed
    black-litterman, risk-parity    | black-litterman        | black-litterman |
    black-litterman, risk-parity    | risk-parity            | risk-parity  | black-litterman
    black-litterman, risk-parity    |                        | hold         | black-litterman, risk-parity
    risk-parity, hold, equal-weight | equal-weight           | hold         | risk-parity
    risk-parity, risk-parity        |                        | hold         | risk-parity
    hold                            | equal-weight           | hold         |
                                    | equal-weight           | hold         |
  `),
)('of "$policies" where only "$able" can: $chosen', ({ policies, able, chosen, failed }) => {
  const asked: PolicyKind[] = []
  const found = chosenPolicy(
    listed(policies),
    (kind) => {
      asked.push(kind)
      return kind === able ? ok(`by ${kind}`) : err(`${kind} has no data`)
    },
    'by hold',
  )
  expect(found).toEqual({
    kind: chosen,
    result: `by ${chosen}`,
    tried: listed(failed).map((kind) => ({ kind, reason: `${kind} has no data` })),
  })
  expect(asked).toEqual([...listed(failed), ...(chosen === 'hold' ? [] : [chosen])])
})
