import { expect, test } from 'vitest'
import { table } from '#test/support/table.ts'
import { LIMITS } from '#risk/limits.ts'
import { configHashOf, engineSettingsOf } from '#cli/config/engine-settings.ts'
import { readConfig } from '#cli/config/read-config.ts'
import { CONFIG, type Config } from '#cli/config/schema.ts'

const LEAST = ['mode: paper', 'account: DU1234567', 'broker: { kind: ibkr }']

function read(...lines: string[]): Config {
  const config = readConfig([...LEAST, ...lines].join('\n'), 'ballast.yaml')
  if (!config.ok) throw new Error(config.error)
  return config.value
}

const wrong = (text: string): string => {
  const config = readConfig(text, 'ballast.yaml')
  return config.ok ? '' : config.error
}

test('three lines are a whole configuration: everything else has a default', () => {
  expect(read()).toMatchObject({
    baseCurrency: 'USD',
    broker: { kind: 'ibkr', host: '127.0.0.1', port: 4002, clientId: 11, feedClientId: 12 },
    stateFolder: '.ballast',
    files: { targets: 'targets.csv', universe: 'universe.csv' },
    policy: { band: { kind: 'hybrid', absolute: 0.005, relative: 0.25 }, untargeted: 'sell' },
    execution: { orderType: 'limit', maximumAttempts: 3 },
  })
})

test('without overrides the limits are the table', () => {
  expect(engineSettingsOf(read(), 'hash').limits).toEqual(LIMITS)
})

test('a limit given as a number is its breach level, the warning in proportion', () => {
  const { limits } = engineSettingsOf(read('limits: { grossLeverage: 1, marginCushion: 0.1 }'), '')
  const levels = limits.map(({ metric, warn, breach }) => [metric, warn, breach])
  expect(levels).toContainEqual(['grossLeverage', 0.9, 1])
  expect(levels).toContainEqual(['marginCushion', expect.closeTo(0.3, 12), 0.1])
})

test('a limit given by both levels', () => {
  const { limits } = engineSettingsOf(read('limits: { beta: { warn: 1, breach: 1.2 } }'), '')
  expect(limits.find(({ metric }) => metric === 'beta')).toMatchObject({ warn: 1, breach: 1.2 })
})

test('every limit of the table can be overridden', () => {
  expect(Object.keys(CONFIG.shape.limits.unwrap().shape)).toEqual(
    LIMITS.map(({ metric }) => metric),
  )
})

// The tested line is the fourth; `mode`, `account` and `broker` stand in the first three.
test.each(
  table(`
    line                                 | message
    limits: { grossLeverage: "two" }     | ballast.yaml:4 limits.grossLeverage: was "two", expected a number such as 2.0
    limits: { grosLeverage: 2 }          | ballast.yaml:4 limits.grosLeverage: unknown field, did you mean grossLeverage?
    limits: { beta: { warm: 1 } }        | ballast.yaml:4 limits.beta.warm: unknown field, did you mean warn?
    limits: { beta: { warn: x } }        | ballast.yaml:4 limits.beta.warn: was "x", expected a number such as 1.5
    limits: { beta: { warn: 2 } }        | ballast.yaml:4 limits.beta.warn: was 2, expected at most the breach level 1.5, so that the warning comes first
    limits: [1]                          | ballast.yaml:4 limits: was [1], expected a group of fields
    mod: paper                           | ballast.yaml:4 mod: unknown field, did you mean mode?
    currency: USD                        | ballast.yaml:4 currency: unknown field, did you mean baseCurrency?
    cheese: 1                            | ballast.yaml:4 cheese: unknown field, expected one of mode, account, baseCurrency, broker, stateFolder, files, benchmark, policy, construction, forecasts, screen, limits, gate, execution, staleness, marketData, reconciliation
    baseCurrency: dollars                | ballast.yaml:4 baseCurrency: was "dollars", expected an ISO 4217 currency such as USD
    policy: { cashBuffer: 5 }            | ballast.yaml:4 policy.cashBuffer: was 5, expected a number from 0 to 1 such as 0.02
    policy: { band: { kind: loose } }    | ballast.yaml:4 policy.band.kind: was "loose", expected absolute or relative or hybrid
    policy: { kind: hope }               | ballast.yaml:4 policy.kind: was "hope", expected targets or forecast or equal-weight or inverse-volatility or risk-parity or hierarchical-risk-parity or minimum-variance or maximum-sharpe or black-litterman or hold
    policy: { fallback: hold }           | ballast.yaml:4 policy.fallback: was "hold", expected a list of policies such as [risk-parity, hold]
    construction: { horizonDays: 0 }     | ballast.yaml:4 construction.horizonDays: was 0, expected a whole number from 1 to 252 such as 21
    construction: { longOnly: maybe }    | ballast.yaml:4 construction.longOnly: was "maybe", expected true or false
    construction: { doNotTrade: [a b] }  | ballast.yaml:4 construction.doNotTrade.0: was "a b", expected an instrument such as SPY or SPY.STK.USD
    construction: { riskBudgets: { SPY: 0 } } | ballast.yaml:4 construction.riskBudgets.SPY: was 0, expected a number from 0.001 to 1000 such as 2
    construction: { trackingError: 0.1 } | ballast.yaml:4 construction.trackingError: was set without files.benchmark, expected a file of weights that it is measured from
    screen: { marketValue: 1000000 }     | ballast.yaml:4 screen.marketValue: was set without files.fundamentals, expected a file of dated figures
    forecasts: { features: [{ kind: value, informationCoefficient: 0.02 }] } | ballast.yaml:4 forecasts.features.0.kind: was "value" without files.fundamentals, expected a file of dated figures
    forecasts: { features: [momentum] } | ballast.yaml:4 forecasts.features.0: was "momentum", expected { kind: momentum, informationCoefficient: 0.02 }
    construction: { factorBands: [{ factor: beta, lower: 1, upper: 0 }] } | ballast.yaml:4 construction.factorBands.0.lower: was above upper, expected at most upper
    execution: { maximumAttempts: 1.5 }  | ballast.yaml:4 execution.maximumAttempts: was 1.5, expected a whole number from 1 to 10 such as 3
    execution: { addLifetimeMs: 900000 } | ballast.yaml:4 execution.addLifetimeMs: was 900000, expected a whole number from 5000 to 600000 such as 600000
    stateFolder: 7                       | ballast.yaml:4 stateFolder: was 7, expected a path such as .ballast
    password: hunter2                    | ballast.yaml:4 password: looks like a secret; expected none in this file, which is copied and committed: remove it and set it in the environment
    files: { apiKey: abc }               | ballast.yaml:4 files.apiKey: looks like a secret; expected none in this file, which is copied and committed: remove it and set it in the environment
    gate: [                              | ballast.yaml:4: is no YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 4, column 8:
    mode: live                           | ballast.yaml:4: is no YAML: Map keys must be unique at line 4, column 1:
  `),
)('$line', ({ line, message }) => {
  expect(wrong([...LEAST, line].join('\n'))).toBe(message)
})

test.each(
  table(`
    text                                                           | message
    mode: paper\\naccount: U1234567\\nbroker: { kind: ibkr }       | ballast.yaml:2 account: was "U1234567", a live account, expected a paper account such as DU1234567 while mode is paper
    mode: live\\naccount: DU1234567\\nbroker: { kind: ibkr }       | ballast.yaml:2 account: was "DU1234567", a paper account, expected a live one such as U1234567 while mode is live
    mode: demo\\naccount: DU1234567\\nbroker: { kind: ibkr }       | ballast.yaml:1 mode: was "demo", expected paper or live
    mode: paper\\naccount: me\\nbroker: { kind: ibkr }             | ballast.yaml:2 account: was "me", expected IBKR's account code such as DU1234567
    mode: paper\\naccount: DU1234567\\nbroker: { kind: alpaca }    | ballast.yaml:3 broker.kind: was "alpaca", expected ibkr
    mode: paper\\naccount: DU1234567\\nbroker:\\n  kind: ibkr\\n  prot: 1 | ballast.yaml:5 broker.prot: unknown field, did you mean port?
    mode: paper\\naccount: DU1234567\\nbroker:\\n  kind: ibkr\\n  port: no | ballast.yaml:5 broker.port: was "no", expected a whole number from 1 to 65535 such as 4002
    mode: paper\\naccount: DU1234567                               | ballast.yaml:1 broker: is missing, expected a group of fields
  `),
)('$message', ({ text, message }) => {
  expect(wrong(text.replaceAll('\\n', '\n'))).toBe(message)
})

test('an empty file lacks mode, account and broker, a line each', () => {
  expect(wrong('').split('\n')).toEqual([
    'ballast.yaml:1 mode: is missing, expected paper or live',
    "ballast.yaml:1 account: is missing, expected IBKR's account code such as DU1234567",
    'ballast.yaml:1 broker: is missing, expected a group of fields',
  ])
})

test('the hash changes with any field, default or input file, and with nothing else', () => {
  const hash = configHashOf(read(), { targets: 'a' })
  expect(hash).toMatch(/^[0-9a-f]{64}$/)
  expect(configHashOf(read('# a comment', 'baseCurrency: USD'), { targets: 'a' })).toBe(hash)
  expect(configHashOf(read('gate: { collarBps: 100 }'), { targets: 'a' })).not.toBe(hash)
  expect(configHashOf(read(), { targets: 'b' })).not.toBe(hash)
})
