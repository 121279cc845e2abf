/**
 * `ballast.yaml`: every field, what it means, its bounds and its default.
 *
 * `schema/ballast.schema.json` is generated from here for editors; `read-config.ts` reads a file
 * by it. No field holds a secret, and none ever will.
 */
import { z } from 'zod'
import { FEATURES } from '#alpha/features.ts'
import { POLICIES } from '#construction/construction-settings.ts'
import { LIMITS, type Limit, type Metric } from '#risk/limits.ts'
import { RISK_MODELS } from '#risk/models/risk-model.ts'
import {
  group,
  numberField,
  pathField,
  textField,
  wholeField,
  wordField,
} from '#cli/config/fields.ts'

const ACCOUNT = textField(
  /^[A-Z]{1,3}\d{5,9}$/,
  "IBKR's account code such as DU1234567",
  'The one account that is planned and traded; DU… and DF… are paper accounts.',
)

const CURRENCY = textField(
  /^[A-Z]{3}$/,
  'an ISO 4217 currency such as USD',
  "The account's base currency.",
)

const INSTRUMENT = textField(
  /^[A-Z0-9][A-Z0-9 .\-/]*$/,
  'an instrument such as SPY or SPY.STK.USD',
  'What beta and residual correlations are measured against; the mean of all names where absent.',
)

const HOST = textField(/^[\w.:-]+$/, 'a host such as 127.0.0.1', 'Where TWS or IB Gateway listens.')

/** TWS breaks off above 50 messages a second; see tws/pacing.ts. */
const IBKR = group({
  kind: wordField(['ibkr'], 'Interactive Brokers, over TWS or IB Gateway.'),
  host: HOST.default('127.0.0.1'),
  port: wholeField(
    1,
    65_535,
    4002,
    'TWS: 7497 paper, 7496 live; IB Gateway: 4002 paper, 4001 live.',
  ).default(4002),
  clientId: wholeField(1, 2_147_483_647, 11, 'API client that owns our orders.').default(11),
  feedClientId: wholeField(
    1,
    2_147_483_647,
    12,
    'API client of the market data connection.',
  ).default(12),
  connectTimeoutMs: wholeField(500, 120_000, 10_000, 'Patience while connecting.').default(10_000),
  clockOffsetMs: z
    .int({ error: 'a whole number of milliseconds such as 0' })
    .default(0)
    .describe("The venue's time less this machine's: of a simulated gateway on history; else 0."),
  messagesPerSecond: wholeField(1, 40, 35, 'Messages to TWS a second, cancels included; bursts come on top.').default(35), // prettier-ignore
})

const FILES = group({
  targets: pathField('targets.csv', 'What each name should weigh: CSV or YAML.').default(
    'targets.csv',
  ),
  universe: pathField('universe.csv', 'What only we know of the names: sector, borrow.').default(
    'universe.csv',
  ),
  forecasts: pathField('forecasts.csv', 'What we expect of the names: CSV or JSON.').optional(),
  fundamentals: pathField(
    'fundamentals.csv',
    'Dated fundamentals, for features, screens and market values: CSV or JSON.',
  ).optional(),
  benchmark: pathField(
    'benchmark.csv',
    "The benchmark's weights, as a targets file, for construction.trackingError.",
  ).optional(),
})

const POLICY = group({
  kind: wordField(
    POLICIES,
    'Where target weights come from: the targets file, forecasts (mean-variance with costs), or a rule.',
  ).default('targets'),
  fallback: z
    .array(wordField(POLICIES, 'A policy.'), {
      error: 'a list of policies such as [risk-parity, hold]',
    })
    .default([])
    .describe(
      'What stands in, in this order, where the policy cannot decide; after the last nothing is traded.',
    ),
  band: group({
    kind: wordField(
      ['absolute', 'relative', 'hybrid'],
      'When a weight is close enough; hybrid is the tighter of the two.',
    ).default('hybrid'),
    absolute: numberField(0, 1, '0.005', 'Fraction of net asset value.').default(0.005),
    relative: numberField(0, 10, '0.25', 'Fraction of the target weight.').default(0.25),
  }).prefault({}),
  destination: wordField(['target', 'band-edge'], 'Where a trade goes once a band is left.').default('target'), // prettier-ignore
  cashBuffer: numberField(0, 1, '0.02', 'Kept in cash, fraction of net asset value.').default(0.02),
  rounding: wordField(
    ['toward-zero', 'half-even', 'down', 'up', 'away-from-zero'],
    'Where the remainder of a lot goes; toward-zero never overshoots a weight.',
  ).default('toward-zero'),
  untargeted: wordField(['sell', 'keep'], 'What happens to a holding without a target.').default('sell'), // prettier-ignore
  minimumTicket: numberField(0, 1_000_000, '500', 'Trades below are not made, base currency.').default(500), // prettier-ignore
})

const INSTRUMENTS = (means: string) =>
  z
    .array(INSTRUMENT, { error: 'a list of instruments such as [SPY, AGG]' })
    .default([])
    .describe(means)

/** By whom and how the weights of forecasts and rules are found; docs/concepts/construction.md has the formulas. */
const CONSTRUCTION = group({
  horizonDays: wholeField(1, 252, 21, 'Planning horizon, trading days.').default(21),
  periods: wholeField(1, 10, 1, 'Steps that the horizon is planned in; only the first is traded.').default(1), // prettier-ignore
  riskAversion: numberField(0.001, 10_000, '5', 'γ: what a unit of variance costs; no ½ before it.').default(5), // prettier-ignore
  uncertaintyAversion: numberField(0, 100, '0.2', "κ: what a forecast's standard error costs.").default(0.2), // prettier-ignore
  longOnly: z.boolean({ error: 'true or false' }).default(false).describe('Nothing is shorted.'),
  participation: numberField(0.0001, 1, '0.05', "Most of a usual day's volume that a trade may be.").default(0.05), // prettier-ignore
  doNotTrade: INSTRUMENTS('Stay as they are.'),
  doNotSell: INSTRUMENTS('May be added to only.'),
  factorBands: z
    .array(
      group({
        factor: textField(/^\S.*$/, 'a factor such as beta or momentum', 'beta, or a factor of the risk model.'), // prettier-ignore
        lower: numberField(-100, 100, '-0.1', 'Least exposure.'),
        upper: numberField(-100, 100, '0.1', 'Most exposure.'),
      }),
      { error: 'a list such as [{ factor: beta, lower: -0.1, upper: 0.1 }]' },
    )
    .default([])
    .describe("Between what the book's exposures to factors must lie."),
  trackingError: numberField(0.0001, 10, '0.04', "Most standard deviation a year from files.benchmark's return.").optional(), // prettier-ignore
  riskBudgets: z
    .record(z.string(), numberField(0.001, 1_000, '2', 'Share.'), {
      error: 'a group such as { SPY: 2, AGG: 1 }',
    })
    .default({})
    .describe(
      'Of risk-parity: how much of the risk each name is to have against the others; 1 where absent.',
    ),
  risk: group({
    kind: wordField(RISK_MODELS, 'How covariances are estimated.').default('statistical'),
    factors: wholeField(0, 100, 15, 'Statistical factors beside the market.').default(15),
    windowDays: wholeField(60, 2_520, 756, 'Trading days of history.').default(756),
    halfLifeDays: numberField(2, 2_520, '90', 'Of ewma and sector-style: days after which a day counts half.').default(90), // prettier-ignore
  }).prefault({}),
})

/** What is expected of the names, besides what files.forecasts says. */
const FORECASTS = group({
  mostHalfLives: numberField(0.1, 100, '3', 'Older forecasts, in half-lives of their own, are refused.').default(3), // prettier-ignore
  sourceWeights: z
    .record(z.string(), numberField(0, 1_000, '1', 'Trust.'), {
      error: 'a group such as { analyst: 2, feature:momentum: 1 }',
    }) // prettier-ignore
    .default({})
    .describe('How much each source is trusted against the others; 1 where absent.'),
  features: z
    .array(
      group(
        {
          kind: wordField(FEATURES, 'What names are compared by.'),
          informationCoefficient: numberField(0.0001, 1, '0.02', 'Correlation of score and residual return over its horizon.'), // prettier-ignore
          horizonDays: wholeField(1, 252, 21, 'Trading days that the coefficient is of.').default(
            21,
          ),
          confidence: numberField(0, 1, '0.4', 'Chance that the feature works at all.').default(
            0.4,
          ),
          halfLifeDays: numberField(1, 2_520, '63', "Trading days; the feature's usual one where absent.").optional(), // prettier-ignore
          sectorNeutral: z.boolean({ error: 'true or false' }).default(false).describe('Names are compared within their sector.'), // prettier-ignore
        },
        '{ kind: momentum, informationCoefficient: 0.02 }',
      ),
      { error: 'a list such as [{ kind: momentum, informationCoefficient: 0.02 }]' },
    )
    .default([])
    .describe("Forecasts by Grinold's law from prices and fundamentals, beside those of the file."),
  fundamentalsMostAgeDays: wholeField(1, 3_650, 400, 'Older fundamentals count no more, calendar days.').default(400), // prettier-ignore
  command: z
    .array(textField(/^[^\0]+$/, 'text', 'A word of the command.'), {
      error: 'a list such as [/opt/models/forecast, --today]',
    }) // prettier-ignore
    .min(1, { error: 'a list such as [/opt/models/forecast, --today]' })
    .optional()
    .describe('A program that prints forecasts; run without a shell.'),
  commandTimeoutMs: wholeField(100, 600_000, 30_000, 'Patience with it.').default(30_000),
})

/** Floors that a name must pass to be bought or shorted anew; 0 is none. */
const SCREEN = group({
  windowDays: wholeField(1, 252, 20, 'Trading days that the usual volume is the median of.').default(20), // prettier-ignore
  dollarVolume: numberField(0, 1e12, '5000000', 'Median price × volume of a day.').default(0),
  price: numberField(0, 1e6, '5', 'Last close.').default(0),
  marketValue: numberField(0, 1e14, '1000000000', 'By files.fundamentals.').default(0),
  historyDays: wholeField(0, 2_520, 252, 'Trading days of its own.').default(0),
})

/** A limit's own levels: a number is the breach level, and the warning keeps its distance in proportion. */
function limitField({ metric, breach, why }: Limit) {
  const example = Number.isInteger(breach) ? breach.toFixed(1) : String(breach)
  const error = `a number such as ${example}`
  const level = z.number({ error }).min(0, { error })
  return z
    .union([level, group({ warn: level.optional(), breach: level.optional() })], { error })
    .describe(`${metric}: ${why}. ${breach} where absent.`)
    .optional()
}

type LimitField = ReturnType<typeof limitField>

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table has a row for every metric, tested
const LIMIT_FIELDS = Object.fromEntries(
  LIMITS.map((limit) => [limit.metric, limitField(limit)]),
) as Record<Metric, LimitField>

const GATE = group({
  collarBps: numberField(1, 5_000, '300', 'A limit price further from the mid is refused.').default(300), // prettier-ignore
  maximumOrderNotional: numberField(1, 1e9, '500000', 'Largest order, base currency.').default(500_000), // prettier-ignore
  maximumOrdersPerRun: wholeField(1, 10_000, 500, 'A bound on runaway loops.').default(500),
})

const EXECUTION = group({
  orderType: wordField(['limit', 'market'], 'limit: at the touch, collarBps beyond it.').default('limit'), // prettier-ignore
  collarBps: numberField(0, 1_000, '20', 'How far beyond the touch a limit reaches.').default(20),
  addLifetimeMs: wholeField(5_000, 600_000, 600_000, 'Good-till-date of adding orders.').default(600_000), // prettier-ignore
  waveDeadlineMs: wholeField(1_000, 3_600_000, 60_000, 'What is open then is canceled.').default(60_000), // prettier-ignore
  maximumAttempts: wholeField(1, 10, 3, 'Orders one line of a plan may have in all.').default(3),
  doubtIntervalMs: wholeField(10_000, 600_000, 10_000, 'Between two proofs that an order in doubt is not there.').default(10_000), // prettier-ignore
  buyingPowerBuffer: numberField(0, 0.9, '0.05', 'Fraction of buying power left alone.').default(0.05), // prettier-ignore
})

const STALENESS = group({
  quoteMs: wholeField(100, 3_600_000, 60_000, 'An older quote is stale.').default(60_000),
  guardBps: numberField(1, 10_000, '100', 'A price that moved further makes a plan stale.').default(100), // prettier-ignore
  planMs: wholeField(10_000, 86_400_000, 900_000, 'A plan lives this long.').default(900_000),
})

const MARKET_DATA = group({
  lines: wholeField(1, 10_000, 100, 'Streaming market data lines of the account.').default(100),
})

const RECONCILIATION = group({
  everyMs: wholeField(0, 86_400_000, 60_000, 'Between reconciliations while running; 0 never.').default(60_000), // prettier-ignore
})

/** The whole file. */
export const CONFIG = group({
  mode: wordField(
    ['paper', 'live'],
    'Must agree with the account that the broker reports; live trades real money.',
  ),
  account: ACCOUNT,
  baseCurrency: CURRENCY.default('USD'),
  broker: IBKR,
  stateFolder: pathField('.ballast', 'Holds journal, plans, lock, socket, logs.').default('.ballast'), // prettier-ignore
  files: FILES.prefault({}),
  benchmark: INSTRUMENT.optional(),
  policy: POLICY.prefault({}),
  construction: CONSTRUCTION.prefault({}),
  forecasts: FORECASTS.prefault({}),
  screen: SCREEN.prefault({}),
  limits: group(LIMIT_FIELDS).prefault({}),
  gate: GATE.prefault({}),
  execution: EXECUTION.prefault({}),
  staleness: STALENESS.prefault({}),
  marketData: MARKET_DATA.prefault({}),
  reconciliation: RECONCILIATION.prefault({}),
}).meta({ title: 'ballast.yaml' })

/** A configuration that has been read: every default filled in. */
export type Config = z.infer<typeof CONFIG>
