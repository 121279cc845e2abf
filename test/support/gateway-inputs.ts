/** What a simulated gateway is started with in tests: a small universe and a few holdings. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GATEWAY_DEFAULTS, type GatewayOptions } from '#gateway/options.ts'

const UNIVERSE = `instrument,conId,sector,shortable,primaryExchange,status
AAPL,265598,Information Technology,yes,NASDAQ,active
IBM,8314,Information Technology,yes,NYSE,active
KO,8894,Consumer Staples,yes,NYSE,active
XOM,13977,Energy,yes,NYSE,active
HALTD,900001,Energy,yes,NYSE,halted
`

const POSITIONS = `instrument,quantity,averageCost,currency
AAPL,300,101.25,USD
KO,-200,55.5,USD
`

export interface GatewayInputs {
  readonly options: GatewayOptions
  /** Deletes the files. */
  remove(): void
}

/** Options of a stepped gateway on a free port, its files in a folder of their own. */
export function gatewayInputs(more: Partial<GatewayOptions> = {}): GatewayInputs {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-gateway-'))
  const [universeFile, positionsFile] = [join(folder, 'universe.csv'), join(folder, 'positions.csv')] // prettier-ignore
  writeFileSync(universeFile, UNIVERSE)
  writeFileSync(positionsFile, POSITIONS)
  return {
    options: { ...GATEWAY_DEFAULTS, seed: 11, universeFile, positionsFile, ...more },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
