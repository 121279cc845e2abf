/** Plans by forecasts, from gathered inputs to whole lots: within every limit, as told, and in words where there is none. */
import { fromJSONSchema } from 'zod'
import { describe, expect, test } from 'vitest'
import { toNumber } from '#model/border.ts'
import { canonicalJson, type Json } from '#model/canonical-json.ts'
import type { InstrumentId } from '#model/ids.ts'
import { signedQuantity } from '#model/order.ts'
import type { Plan, PlanLine } from '#model/plan.ts'
import { PLAN } from '#model/plan-codec.ts'
import { LIMITS } from '#risk/limits.ts'
import type { Latch } from '#risk/latch.ts'
import { decodePlan, PLAN_SCHEMA } from '#contract/plan.ts'
import type { ConstructionSettings } from '#construction/construction-settings.ts'
import { planFrom } from '#construction/plan.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'
import {
  forecastInputs,
  type ForecastCase,
  type ForecastChanges,
} from '#test/support/forecast-inputs.ts'
import { AS_OF, idOf, LOOSE } from '#test/support/plan-inputs.ts'
import { table } from '#test/support/table.ts'

const lines = ({ phases }: Plan): readonly PlanLine[] => [...phases.A, ...phases.B]
const check = (plan: Plan, name: string) => plan.checks.find((one) => one.name === name)
const failures = (plan: Plan) => plan.checks.filter(({ status }) => status === 'fail')
const skip = (plan: Plan, symbol: string) =>
  plan.skipped.find(({ instrument }) => instrument === idOf(symbol))?.reason ?? ''
const symbols = (of: readonly PlanLine[]) => [...new Set(of.map(({ symbol }) => symbol))].toSorted()
const nameOf = (i: number) => `N${String(i).padStart(2, '0')}`
const weightOf = (plan: Plan, symbol: string, when: 'before' | 'after') =>
  plan.weights.find(({ instrument }) => instrument === idOf(symbol))![when]

const COUNT = 40
const SECTORS = 8
/** Usual volume is of value, at prices that were others before: by so much at most here. */
const DRIFT = 1.3
const priceOf = (i: number) => 20 + 7 * i

/** Forty names in eight sectors, a third held long and some short, forecasts of either sign. */
const world = (of: (i: number) => Partial<ForecastCase> = () => ({})): ForecastCase[] =>
  Array.from({ length: COUNT }, (_, i) => ({
    symbol: nameOf(i),
    price: priceOf(i),
    held: i % 3 === 0 ? Math.round(30_000 / priceOf(i)) : i % 5 === 0 ? -50 : 0,
    sector: `S${i % SECTORS}`,
    forecast: 0.02 * Math.sin(i * 1.7),
    ...of(i),
  }))

const CASH = 600_000
const inputsOf = (
  changes: ForecastChanges = {},
  of?: (i: number) => Partial<ForecastCase>,
): PlanInputs =>
  forecastInputs(CASH, world(of), { ...changes, inputs: { limits: LIMITS, ...changes.inputs } })

/** Shares after, from the lines and the positions alone. */
function sharesAfter(inputs: PlanInputs, plan: Plan): ReadonlyMap<string, number> {
  const shares = new Map<string, number>(
    inputs.snapshot.positions.map(({ instrument, quantity }) => [instrument, toNumber(quantity)]),
  )
  for (const { instrument, side, quantity } of lines(plan))
    shares.set(
      instrument,
      (shares.get(instrument) ?? 0) + toNumber(signedQuantity({ side, quantity })),
    )
  return shares
}

/** Every limit from shares and prices, sharing nothing with what made the plan; a sentence for each that is exceeded. */
function exceeded(inputs: PlanInputs, plan: Plan): readonly string[] {
  const warn = (metric: string) => inputs.limits.find((row) => row.metric === metric)!.warn
  const price = (id: string) => {
    const quote = inputs.quotes.get(id as InstrumentId)!
    return (quote.bid! + quote.ask!) / 2
  }
  const sector = new Map<string, string>(
    inputs.instruments.map((row) => [row.id, 'sector' in row ? (row.sector ?? '') : '']),
  )
  const figures = (shares: ReadonlyMap<string, number>, cash: number) => {
    const values = [...shares].map(([id, count]) => ({ id, value: count * price(id) }))
    const nav = cash + values.reduce((sum, { value }) => sum + value, 0)
    const sum = (of: readonly { readonly value: number }[]) =>
      of.reduce((total, { value }) => total + Math.abs(value), 0) / nav
    const sectors = [...Map.groupBy(values, ({ id }) => sector.get(id))]
    return new Map<string, number>([
      ...values.map(({ id, value }): [string, number] => [
        `largestPosition ${id}`,
        Math.abs(value) / nav,
      ]),
      ...sectors.map(([name, of]): [string, number] => [`largestSector ${name}`, sum(of)]),
      ['grossLeverage', sum(values)],
      ['netLeverage', Math.abs(values.reduce((total, { value }) => total + value, 0)) / nav],
    ])
  }
  const before = figures(
    new Map(
      inputs.snapshot.positions.map(({ instrument, quantity }) => [instrument, toNumber(quantity)]),
    ),
    CASH,
  )
  const spent = lines(plan).reduce(
    (sum, { instrument, side, quantity }) =>
      sum + toNumber(signedQuantity({ side, quantity })) * price(instrument),
    0,
  )
  const after = figures(sharesAfter(inputs, plan), CASH - spent)
  const traded = lines(plan).reduce(
    (sum, { instrument, quantity }) => sum + toNumber(quantity) * price(instrument),
    0,
  )
  const wrongs = [...after].flatMap(([name, value]) => {
    const most = Math.max(warn(name.split(' ')[0]!), before.get(name) ?? 0)
    return value > most + 1e-5 ? [`${name} is ${value.toFixed(6)}, at most ${most}`] : []
  })
  return traded / toNumber(plan.nav) > warn('turnoverToday') + 1e-9
    ? [...wrongs, `turnover ${traded}`]
    : wrongs
}

const flat = (i: number) => ({ held: Math.round(25_000 / priceOf(i)) })

describe('within limits', () => {
  test.each(
    table(`
    what                   | settings
    as it is               | {}
    long only              | { "longOnly": true }
    a tight participation  | { "participation": 0.00005 }
    beta neutral           | { "factorBands": [{ "factor": "beta", "lower": -0.02, "upper": 0.02 }] }
    planned over periods   | { "periods": 3 }
    little aversion        | { "riskAversion": 0.5 }
    next to no history     | { "risk": { "kind": "ledoit-wolf", "factors": 0, "windowDays": 100, "halfLifeDays": 20 } }
  `),
  )('$what', ({ settings }) => {
    const inputs = inputsOf({ settings: JSON.parse(settings) as Partial<ConstructionSettings> })
    const plan = planFrom(inputs)
    expect(failures(plan)).toEqual([])
    expect(plan.verdict).toBe('changes')
    expect(plan.construction?.policy).toBe('forecast')
    expect(exceeded(inputs, plan)).toEqual([])
  })

  test('long only ends with no new short, and shorts that there were no larger', () => {
    const inputs = inputsOf({ settings: { longOnly: true } })
    const plan = planFrom(inputs)
    for (const { before, after, instrument } of plan.weights)
      expect(after, instrument).toBeGreaterThanOrEqual(Math.min(0, before) - 1e-12)
    expect(lines(plan).some(({ side }) => side === 'COVER')).toBe(true)
  })

  test('no more of a name is traded than its share of the usual volume', () => {
    const inputs = inputsOf({ settings: { participation: 0.00005 } })
    for (const line of lines(planFrom(inputs)))
      expect(toNumber(line.quantity)).toBeLessThanOrEqual(2_000_000 * 0.00005 * DRIFT)
  })

  test('a band on a factor of the risk model holds after rounding', () => {
    const plan = planFrom(
      inputsOf({ settings: { factorBands: [{ factor: 'beta', lower: -0.02, upper: 0.02 }] } }),
    )
    expect(Math.abs(plan.risk.after.beta)).toBeLessThan(0.025)
    expect(Math.abs(planFrom(inputsOf()).risk.after.beta)).toBeGreaterThan(0.025)
  })

  test('a band on an unknown factor is refused with those there are', () => {
    const plan = planFrom(
      inputsOf({ settings: { factorBands: [{ factor: 'carry', lower: 0, upper: 1 }] } }),
    )
    expect(plan.verdict).toBe('blocked')
    expect(check(plan, 'policy')?.detail).toMatch(
      /factorBands: "carry" is no factor of the risk model, expected beta or one of market/,
    )
  })

  test('a tracking error keeps the book near its benchmark', () => {
    const benchmarkWeights = new Map(
      Array.from({ length: COUNT }, (_, i) => [idOf(nameOf(i)), 1 / COUNT]),
    )
    const near = planFrom(
      inputsOf({ settings: { trackingError: 0.01 }, construction: { benchmarkWeights } }, flat),
    )
    const free = planFrom(
      inputsOf({ settings: { trackingError: 1 }, construction: { benchmarkWeights } }, flat),
    )
    const apart = (plan: Plan) =>
      plan.weights.reduce((sum, { after }) => sum + Math.abs(after - 1 / COUNT), 0)
    expect(failures(near)).toEqual([])
    expect(apart(near)).toBeLessThan(0.7 * apart(free))
  })
})

const heavy = (i: number) => (i === 0 ? { held: 6_000, forecast: 0.05 } : {})

describe('a book outside its limits', () => {
  test('comes no worse and closest first, against its forecast, and says so', () => {
    const inputs = inputsOf({ settings: { participation: 0.0005 } }, heavy)
    const plan = planFrom(inputs)
    expect(plan.verdict).toBe('changes')
    expect(exceeded(inputs, plan)).toEqual([])
    const sold = lines(plan).find(({ symbol }) => symbol === nameOf(0))
    expect(sold).toMatchObject({ side: 'SELL' })
    expect(toNumber(sold!.quantity)).toBeGreaterThan(1_000 / DRIFT)
    expect(toNumber(sold!.quantity)).toBeLessThan(1_000 * DRIFT)
    expect(check(plan, 'mended')).toMatchObject({ status: 'warn' })
    expect(check(plan, 'mended')?.detail).toMatch(
      /position N00\.STK\.USD comes from 11\.\d+ % to 9\.\d+ % today, the limit is 4\.00 %/,
    )
    expect(plan.construction?.unmended.map(({ constraint }) => constraint)).toContain(
      'position:N00.STK.USD',
    )
  })

  test('is mended whole where the day allows', () => {
    const plan = planFrom(inputsOf({}, heavy))
    expect(weightOf(plan, nameOf(0), 'after')).toBeLessThanOrEqual(0.04 + 1e-9)
    expect(check(plan, 'mended')).toBeUndefined()
  })
})

describe('names that may not be traded', () => {
  test('do-not-trade stays, do-not-sell only grows', () => {
    const free = planFrom(inputsOf())
    const [sold, traded] = [
      lines(free).find(({ side }) => side === 'SELL')!,
      lines(free).find(({ side }) => side === 'BUY')!,
    ]
    const plan = planFrom(
      inputsOf({ settings: { doNotSell: [sold.instrument], doNotTrade: [traded.instrument] } }),
    )
    expect(failures(plan)).toEqual([])
    expect(lines(plan).filter(({ instrument }) => instrument === traded.instrument)).toEqual([])
    expect(weightOf(plan, sold.symbol, 'after')).toBeGreaterThanOrEqual(
      weightOf(plan, sold.symbol, 'before'),
    )
  })

  test('a name that nobody knows in a list is named', () => {
    const plan = planFrom(inputsOf({ settings: { doNotSell: [idOf('TYPO')] } }))
    expect(plan.verdict).toBe('blocked')
    expect(check(plan, 'policy')?.detail).toMatch(
      /construction\.doNotSell: TYPO\.STK\.USD is neither held nor in the universe/,
    )
  })

  test.each(
    table(`
    what                 | name                                   | said
    a stale quote        | { "quote": "stale" }                   | ms old
    no quote             | { "quote": "none" }                    | no quote
    halted               | { "quote": "halted" }                  | halted
  `),
  )('$what: kept, and said', ({ name, said }) => {
    const wrong = JSON.parse(name) as Partial<ForecastCase>
    const plan = planFrom(inputsOf({}, (i) => (i === 3 ? { ...wrong, forecast: 0.05 } : {})))
    expect(plan.verdict).toBe('changes')
    expect(lines(plan).filter(({ symbol }) => symbol === nameOf(3))).toEqual([])
    expect(skip(plan, nameOf(3))).toMatch(new RegExp(said))
  })

  test('a name that the broker does not know is kept out, and said', () => {
    const plan = planFrom(
      inputsOf({}, (i) => (i === 4 ? { held: 0, unknown: true, forecast: 0.05 } : {})),
    )
    expect(plan.verdict).toBe('changes')
    expect(symbols(lines(plan))).not.toContain(nameOf(4))
    expect(skip(plan, nameOf(4))).toMatch(/No security definition|does not/)
    expect(check(plan, 'forecasts used')?.detail).toMatch(/N04\.STK\.USD/)
  })

  test('a name that cannot be borrowed is not shorted', () => {
    const shorted = lines(planFrom(inputsOf())).find(({ side }) => side === 'SHORT')!
    const plan = planFrom(
      inputsOf({}, (i) => (nameOf(i) === shorted.symbol ? { shortable: false } : {})),
    )
    expect(
      lines(plan).filter(({ symbol, side }) => symbol === shorted.symbol && side === 'SHORT'),
    ).toEqual([])
    expect(weightOf(plan, shorted.symbol, 'after')).toBeGreaterThanOrEqual(
      Math.min(0, weightOf(plan, shorted.symbol, 'before')),
    )
  })

  test('a name without history is held by what stands in for it, and said', () => {
    const plan = planFrom(inputsOf({}, (i) => (i === 5 ? { bars: 'none', held: 0 } : {})))
    expect(failures(plan)).toEqual([])
    expect(check(plan, 'history')).toMatchObject({ status: 'warn' })
    expect(check(plan, 'history')?.detail).toMatch(/N05\.STK\.USD: their sector stands in/)
  })

  test('a screen keeps a name from being bought and lets what is held go', () => {
    const screen = { windowDays: 20, dollarVolume: 0, price: 60, marketValue: 0, historyDays: 0 }
    const plan = planFrom(inputsOf({ construction: { screen } }))
    const cheap = Array.from({ length: COUNT }, (_, i) => i).filter((i) => priceOf(i) < 60)
    for (const i of cheap)
      expect(Math.abs(weightOf(plan, nameOf(i), 'after')), nameOf(i)).toBeLessThanOrEqual(
        Math.abs(weightOf(plan, nameOf(i), 'before')) + 1e-12,
      )
    expect(check(plan, 'eligible')?.detail).toMatch(/left out: N00\.STK\.USD \(/)
  })

  test.each<[Latch['kind'], string]>([
    ['ReduceOnly', 'account'],
    ['Halted', 'account'],
    ['ReduceOnly', 'sector:S1'],
  ])('a latch %s on %s', (kind, scope) => {
    const latch: Latch = { kind, scope, owner: 'risk', reason: 'a test', since: AS_OF }
    const plan = planFrom(inputsOf({ inputs: { limits: LIMITS, latches: [latch] } }))
    const covered = lines(plan).filter(
      ({ symbol }) => scope === 'account' || Number(symbol.slice(1)) % SECTORS === 1,
    )
    expect(covered.filter(({ side }) => side === 'BUY' || side === 'SHORT')).toEqual([])
    if (kind === 'Halted')
      expect(plan).toMatchObject({ verdict: 'blocked', phases: { A: [], B: [] } })
    else expect(lines(plan).length).toBeGreaterThan(0)
    expect(check(plan, 'latches')?.status).toBe(kind === 'Halted' ? 'fail' : 'warn')
  })
})

test('features from bars forecast where no file does', () => {
  const feature = {
    kind: 'momentum',
    informationCoefficient: 0.05,
    horizonDays: 21,
    confidence: 1,
    sectorNeutral: false,
  } as const
  const plan = planFrom(
    inputsOf({ construction: { forecasts: [], features: [feature] }, sessions: 300 }),
  )
  expect(failures(plan)).toEqual([])
  expect(check(plan, 'forecasts')).toMatchObject({
    status: 'pass',
    detail: '40 names are forecast',
  })
  expect(
    plan.construction?.why?.names.flatMap(({ sources = [] }) => sources.map(([source]) => source)),
  ).toContain('feature:momentum')
  expect(plan.verdict).toBe('changes')
})

describe('nothing that can be', () => {
  const factorBands = [{ factor: 'carry', lower: 0, upper: 1 }]

  test('the plan is blocked, why in words, nothing traded', () => {
    const plan = planFrom(inputsOf({ settings: { factorBands } }))
    expect(plan).toMatchObject({ verdict: 'blocked', phases: { A: [], B: [] } })
    expect(check(plan, 'policy')).toMatchObject({ status: 'fail' })
    expect(check(plan, 'policy')?.detail).toMatch(
      /^forecast cannot decide: construction\.factorBands: "carry" is no factor .*; nothing is traded$/,
    )
    expect(plan.weights.every(({ before, after }) => before === after)).toBe(true)
    expect(plan.construction?.tried.map(({ policy }) => policy)).toEqual(['forecast'])
  })

  test.each(
    table(`
    chain                 | verdict   | policy      | status
    forecast              | blocked   | hold        | fail
    forecast, hold        | no-change | hold        | warn
    forecast, risk-parity | changes   | risk-parity | warn
    hold                  | no-change | hold        | pass
  `),
  )('the chain [$chain] ends $verdict by $policy', ({ chain, verdict, policy, status }) => {
    const policies = chain.split(', ') as ConstructionSettings['policies']
    const inputs = inputsOf({ settings: { factorBands, policies } })
    const plan = planFrom(inputs)
    expect(plan.verdict).toBe(verdict)
    expect(plan.construction?.policy).toBe(policy)
    expect(check(plan, 'policy')?.status).toBe(status)
    expect(exceeded(inputs, plan)).toEqual([])
  })

  test('forecasts that all are stale cannot decide', () => {
    const old = inputsOf().construction!.forecasts.map((forecast) => ({
      ...forecast,
      asOf: AS_OF - 90 * 86_400_000,
    }))
    const plan = planFrom(inputsOf({ construction: { forecasts: old } }))
    expect(plan.verdict).toBe('blocked')
    expect(check(plan, 'forecasts')).toMatchObject({ status: 'warn' })
    expect(check(plan, 'forecasts')?.detail).toMatch(
      /^0 names are forecast; not used: N00\.STK\.USD by analyst: /,
    )
    expect(check(plan, 'policy')?.detail).toMatch(/there is no usable forecast/)
  })
})

test('a value at risk beyond its limit raises the aversion until it fits, and says so', () => {
  const changes: ForecastChanges = {
    settings: { riskAversion: 0.2 },
    moves: { market: 0.01, own: 0.05 },
  }
  const tight = LOOSE.map((limit) =>
    limit.metric === 'var95' ? { ...limit, warn: 0.03, breach: 0.06 } : limit,
  )
  const wild = planFrom(inputsOf({ ...changes, inputs: { limits: LOOSE } }))
  const calm = planFrom(inputsOf({ ...changes, inputs: { limits: tight } }))
  expect(wild.risk.after.var95).toBeGreaterThan(0.03)
  expect(calm.risk.after.var95).toBeLessThanOrEqual(0.03)
  expect(calm.risk.after.var95).toBeGreaterThan(0.02)
  expect(calm.construction?.notes.join()).toMatch(
    /aversion to risk was raised from 0\.20 to \d+\.\d\d for var95/,
  )
  expect(calm.binding.map(({ constraint }) => constraint)).toContain('var95')
})

test('idle cash buys and sells nothing', () => {
  const inputs = inputsOf({ inputs: { request: { kind: 'cash-only' } } })
  const plan = planFrom(inputs)
  expect(plan.verdict).toBe('changes')
  expect(new Set(lines(plan).map(({ side }) => side))).toEqual(new Set(['BUY']))
  expect(exceeded(inputs, plan)).toEqual([])
})

const raise = (amount: string, changes: ForecastChanges = {}) =>
  inputsOf({ ...changes, inputs: { ...changes.inputs, request: { kind: 'raise-cash', amount } } })

/** Shares sold at the mid, less what the plan expects it to cost. */
const brought = (plan: Plan) =>
  lines(plan).reduce(
    (sum, { guardPrice, quantity, estimatedCostBps }) =>
      sum + toNumber(guardPrice) * toNumber(quantity) * (1 - estimatedCostBps / 10_000),
    0,
  )

const forecastsOf = (i: number) => ({ forecast: i === 9 ? -0.03 : 0.01 })

describe('cash to be freed', () => {
  test.each([
    ['1', 25],
    ['100', 120],
    ['25000', 250],
    ['100000', 1_000],
  ])('%s is freed by sales alone, and little more', (amount, more) => {
    const inputs = raise(amount)
    const plan = planFrom(inputs)
    expect(failures(plan)).toEqual([])
    expect(new Set(lines(plan).map(({ side }) => side))).toEqual(new Set(['SELL']))
    expect(new Set(lines(plan).map(({ reason }) => reason.rule))).toEqual(new Set(['raise-cash']))
    expect(brought(plan)).toBeGreaterThanOrEqual(Number(amount))
    expect(brought(plan)).toBeLessThanOrEqual(Number(amount) + more)
    expect(check(plan, 'raise cash')?.detail).toMatch(
      new RegExp(`USD after costs, ${amount} was asked for$`),
    )
    expect(exceeded(inputs, plan)).toEqual([])
  })

  test('it is freed by what is expected to do worst', () => {
    const plan = planFrom(
      forecastInputs(CASH, world(forecastsOf), {
        inputs: { limits: LIMITS, request: { kind: 'raise-cash', amount: '20000' } },
      }),
    )
    expect(symbols(lines(plan))).toContain(nameOf(9))
    expect(lines(plan).find(({ symbol }) => symbol === nameOf(9))!.quantity * 1n).toBeGreaterThan(
      0n,
    )
    const sold = new Map(
      lines(plan).map(({ symbol, quantity, guardPrice }) => [
        symbol,
        toNumber(quantity) * toNumber(guardPrice),
      ]),
    )
    expect(sold.get(nameOf(9))!).toBeGreaterThan(0.9 * 20_000)
  })

  test('names that may not be sold are not', () => {
    const kept = symbols(lines(planFrom(raise('25000'))))
    const plan = planFrom(raise('25000', { settings: { doNotSell: kept.map(idOf) } }))
    expect(brought(plan)).toBeGreaterThanOrEqual(25_000)
    expect(symbols(lines(plan)).filter((symbol) => kept.includes(symbol))).toEqual([])
  })

  test.each(
    table(`
    amount  | said
    5000000 | 5000000\\.00 USD of cash cannot be freed: all that may be sold today brings about \\d+\\.\\d\\d USD after costs \\(today's turnover in the way\\); ask for less
    abc     | "abc" was asked for, expected an amount above 0 such as 25000
    0       | "0" was asked for, expected an amount above 0 such as 25000
  `),
  )('$amount cannot be had: nothing is sold', ({ amount, said }) => {
    for (const policies of [['forecast'], ['forecast', 'hold']] as const) {
      const plan = planFrom(raise(amount, { settings: { policies } }))
      expect(plan).toMatchObject({ verdict: 'blocked', phases: { A: [], B: [] } })
      expect(check(plan, 'policy')?.detail).toMatch(new RegExp(said))
      expect(check(plan, 'raise cash')).toMatchObject({ status: 'fail' })
    }
  })

  test('what is said to be the most can be had', () => {
    const said = check(planFrom(raise('5000000')), 'policy')!.detail
    const most = Number(/brings about (\d+\.\d\d)/.exec(said)![1])
    expect(planFrom(raise(String(Math.floor(0.99 * most)))).verdict).toBe('changes')
    expect(planFrom(raise(String(Math.ceil(1.01 * most)))).verdict).toBe('blocked')
  })
})

const turned = <K, V>(map: ReadonlyMap<K, V>) => new Map([...map].toReversed())

describe('the document', () => {
  const plan = planFrom(inputsOf())

  test('comes back from its JSON and is what its schema says', () => {
    const json = JSON.parse(JSON.stringify(PLAN.encode(plan))) as Json
    expect(decodePlan(json, 'plan.json')).toEqual({ ok: true, value: plan })
    const checked = fromJSONSchema(PLAN_SCHEMA).safeParse(json)
    expect(checked.error?.issues ?? []).toEqual([])
  })

  test('the same inputs give the same plan, in whatever order they come', () => {
    const inputs = inputsOf()
    expect(planFrom(inputs).planId).toBe(plan.planId)
    const construction = {
      ...inputs.construction!,
      forecasts: inputs.construction!.forecasts.toReversed(),
      eligible: inputs.construction!.eligible.toReversed(),
    }
    const permuted: PlanInputs = {
      ...inputs,
      construction,
      bars: turned(inputs.bars),
      quotes: turned(inputs.quotes),
      instruments: inputs.instruments.toReversed(),
      snapshot: { ...inputs.snapshot, positions: inputs.snapshot.positions.toReversed() },
    }
    const again = planFrom(permuted)
    expect(
      canonicalJson(PLAN.encode({ ...again, snapshot: plan.snapshot, planId: plan.planId })),
    ).toBe(canonicalJson(PLAN.encode(plan)))
  })
})
