import { Command } from 'commander'
import { expect, test } from 'vitest'
import { gatewayOptionsOf, withGatewayOptions } from '#cli/verbs/gateway-options.ts'
import { GATEWAY_DEFAULTS, type GatewayOptions } from '#gateway/options.ts'

function read(words: readonly string[]): GatewayOptions {
  const command = new Command().exitOverride()
  withGatewayOptions(command)
  return gatewayOptionsOf(command.parse(words, { from: 'user' }))
}

const USUAL: GatewayOptions = { ...GATEWAY_DEFAULTS, port: 4002, dataPacing: 'ibkr' }

// prettier-ignore
test.each<[string, string, Partial<GatewayOptions>]>([
  ['nothing', '', {}],
  ['files, a day with a time, and their zone', '--market a.csv,b.parquet --from 2013-10-07T09:30 --market-zone Europe/London', { market: 'a.csv,b.parquet', from: '2013-10-07T09:30', marketZone: 'Europe/London' }],
  ['actions, universe and positions', '--actions a.csv --universe u.csv --positions p.csv', { actionsFile: 'a.csv', universeFile: 'u.csv', positionsFile: 'p.csv' }],
  ['a synthetic market of other terms', '--market synthetic:names=5 --seed 7', { market: 'synthetic:names=5', seed: 7 }],
  ['cash by currency', '--cash USD=500000,EUR=-20.5 --currency EUR', { cash: 'USD=500000,EUR=-20.5', baseCurrency: 'EUR' }],
  ['how the account is cleared', '--margin class-rates --commissions tiered --margin-rejects Cancelled --day-trading --early-assignment 0.25', { margin: 'class-rates', commissions: 'tiered', marginRejects: 'Cancelled', dayTrading: true, earlyAssignment: 0.25 }],
  ['times of day as minutes', '--nightly-reset 23:45 --daily-restart 00:05', { nightlyReset: 1_425, dailyRestart: 5 }],
  ['a stepped clock, which asks for no data pacing', '--clock stepped', { clock: 'stepped', dataPacing: 'off' }],
  ['a stepped clock with data pacing', '--clock stepped --data-pacing ibkr', { clock: 'stepped' }],
  ['sessions, data, faults and control', '--read-only --master-client 9 --market-data-lines 5 --faults f.yaml --control-port 0 --control-token t --record r', { readOnly: true, masterClientId: 9, marketDataLines: 5, faultsFile: 'f.yaml', controlPort: 0, controlToken: 't', record: 'r' }],
])('words become options of the gateway: %s', (_what, words, becomes) => {
  expect(read(words.split(' ').filter((word) => word !== ''))).toEqual({ ...USUAL, ...becomes })
})

test('the help has every option under the heading of its group', () => {
  const command = new Command().exitOverride()
  withGatewayOptions(command)
  expect(command.options.filter(({ helpGroupHeading }) => helpGroupHeading === undefined)).toEqual(
    [],
  )
  expect(command.helpInformation()).toMatch(
    /Market:\n +--market <files>[\s\S]*Account:\n +--account <id>[\s\S]*Faults:\n +--faults <file>/,
  )
})
