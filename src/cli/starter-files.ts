/** What `ballast init` writes: an example that plans as it stands, on a paper account. */

/** File name to text. A test reads each with the reader it is for. */
export const STARTER_FILES: Readonly<Record<string, string>> = {
  'ballast.yaml': `# yaml-language-server: $schema=https://unpkg.com/ballast/schema/ballast.schema.json
# Ballast's configuration. What is not here has a default; secrets never stand here.

# paper or live; must agree with the account that TWS or IB Gateway reports.
mode: paper
# DU… and DF… are paper accounts.
account: DU1234567
baseCurrency: USD

broker:
  kind: ibkr
  host: 127.0.0.1
  # TWS: 7497 paper, 7496 live. IB Gateway: 4002 paper, 4001 live.
  port: 4002
  # Our orders belong to this API client; choose one that nothing else uses.
  clientId: 11
  # Market data has a connection of its own.
  feedClientId: 12

# Journal, plans, lock, socket and logs; created readable by you alone.
stateFolder: .ballast

files:
  targets: targets.csv
  universe: universe.csv

# Beta and residual correlations are measured against it.
benchmark: SPY

policy:
  # By targets, by forecasts, or by a rule such as risk-parity.
  kind: targets
  # A weight is left alone while it is within 0.5 % of net asset value and within 25 % of itself.
  band: { kind: hybrid, absolute: 0.005, relative: 0.25 }
  # Once out of its band a weight goes to its target, or only to the band's edge (band-edge).
  destination: target
  cashBuffer: 0.02
  # What has no target is sold, or kept.
  untargeted: sell

# Only stricter or looser levels than the table's (see docs/risk-limits.md):
# limits:
#   largestPosition: 0.10
#   grossLeverage: { warn: 1.0, breach: 1.2 }
limits:
  # A book of a few funds is concentrated by intention.
  largestPosition: { warn: 0.45, breach: 0.50 }
  largestSector: { warn: 0.50, breach: 0.60 }
  correlatedWeight: { warn: 0.90, breach: 1.00 }
  netLeverage: { warn: 0.99, breach: 1.00 }
  turnoverToday: { warn: 1.00, breach: 1.20 }

execution:
  # Limit orders at the touch, at most this far beyond it.
  orderType: limit
  collarBps: 20
`,
  'targets.csv': `# What each name should weigh: a fraction of net asset value, shorts negative.
# lower and upper are the name's own band; both may be left out.
instrument,weight,lower,upper
SPY,0.40,,
EFA,0.25,,
AGG,0.28,0.26,0.30
GLD,0.05,,
`,
  'universe.csv': `# What only we know about the names. An unknown sector is one bucket, limited like any other.
instrument,sector,shortable,borrowRate
SPY,US equity,true,0.003
EFA,International equity,true,0.003
AGG,Bonds,true,0.005
GLD,Commodities,true,0.003
`,
}
