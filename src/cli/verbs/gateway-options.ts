/**
 * The command line of `ballast gateway`: its options, a table a group, and the field of `GatewayOptions` that each
 * becomes.
 *
 * What one option can tell about its value is refused here, what needs the market is refused where it is opened.
 */
import { InvalidArgumentError, Option, type Command } from 'commander'
import { GATEWAY_DEFAULTS, type GatewayOptions } from '#gateway/options.ts'
import { patternOption, wholeOption } from '#cli/verb.ts'

/** One option: `read` makes its field's value of its text, `choices` are the texts that it takes. */
interface Row<K extends keyof GatewayOptions = keyof GatewayOptions> {
  readonly flags: string
  readonly says: string
  readonly becomes: K
  readonly read?: (text: string) => GatewayOptions[K]
  readonly choices?: readonly (GatewayOptions[K] & string)[]
  /** Shown in the help; a field without is left to the gateway. */
  readonly usual?: GatewayOptions[K]
}

/** Keeps what a row reads and the type of its field together. */
const row = <K extends keyof GatewayOptions>(of: Row<K>): Row => of

interface Group {
  readonly heading: string
  readonly rows: readonly Row[]
}

/** IB Gateway's own port for paper accounts. */
const USUAL_PORT = 4002

const A_PORT = wholeOption(0, 65_535)
const AMOUNT = String.raw`-?\d+(\.\d{1,9})?`

// prettier-ignore
const MARKET: readonly Row[] = [
  row({ flags: '--market <files>', becomes: 'market', usual: GATEWAY_DEFAULTS.market,
    says: 'synthetic, perhaps with terms such as synthetic:names=200,volatility=1.5,classes=STK+OPT; or files (Parquet or CSV), parted by commas: daily bars, minute or second bars of trades or quotes, single trades, single quotes' }),
  row({ flags: '--from <date>', becomes: 'from', read: patternOption(/^\d{4}-\d{2}-\d{2}(T([01]\d|2[0-3]):[0-5]\d)?$/, 'a day such as 2018-02-05, or a day and a time in New York such as 2013-10-07T09:30'),
    says: 'first day of the market, from 10:00 in New York, or from a time such as 2013-10-07T09:30' }),
  row({ flags: '--market-zone <zone>', becomes: 'marketZone', read: zoneOption,
    says: 'zone of the times in files within the day that name none; else New York for stocks and options, UTC for futures and forex' }),
  row({ flags: '--universe <file>', becomes: 'universeFile', says: 'what is listed, CSV; else all that the market holds' }),
  row({ flags: '--actions <file>', becomes: 'actionsFile', says: 'corporate actions, CSV: splits, dividends, ticker changes, mergers, spin-offs; or factor files as LEAN has them' }),
  row({ flags: '--impact <terms>', becomes: 'impact', says: "what the clients' own trading does to prices: none, or coefficients such as permanent=0.5,turnover=200,half-life=30s" }),
  row({ flags: '--volatility-halts <on|off>', becomes: 'volatilityHalts', choices: ['on', 'off'], says: 'price bands and trading pauses; on in a synthetic market, off over recorded bars' }),
  row({ flags: '--seed <number>', becomes: 'seed', read: wholeOption(0, 2 ** 32 - 1), usual: GATEWAY_DEFAULTS.seed, says: 'same seed, same market' }),
  row({ flags: '--clock <kind>', becomes: 'clock', choices: ['offset', 'stepped'], usual: GATEWAY_DEFAULTS.clock,
    says: 'offset: venue time runs with the wall; stepped: by lines on standard input' }),
]

// prettier-ignore
const ACCOUNT: readonly Row[] = [
  row({ flags: '--account <id>', becomes: 'account', usual: GATEWAY_DEFAULTS.account, says: 'the paper account it manages',
    read: patternOption(/^D[UF]\d{5,9}$/, 'a paper account such as DU1234567') }),
  row({ flags: '--currency <code>', becomes: 'baseCurrency', usual: GATEWAY_DEFAULTS.baseCurrency, says: 'base currency, ISO 4217',
    read: patternOption(/^[A-Z]{3}$/, 'a currency such as USD') }),
  row({ flags: '--cash <amounts>', becomes: 'cash', usual: GATEWAY_DEFAULTS.cash, says: 'starting cash: an amount of the base currency, or by currency such as USD=500000,EUR=20000',
    read: patternOption(new RegExp(`^(${AMOUNT}|[A-Z]{3}=${AMOUNT}(,[A-Z]{3}=${AMOUNT})*)$`), 'an amount such as 1000000, or amounts by currency such as USD=500000,EUR=20000') }),
  row({ flags: '--positions <file>', becomes: 'positionsFile', says: 'starting positions, CSV' }),
  row({ flags: '--margin <rules>', becomes: 'margin', choices: ['reg-t', 'portfolio', 'class-rates', 'cash'],
    says: 'Regulation T (usual), portfolio margin, one rate a class (stocks 0.5, options 0.1, futures 0.05, forex 0.02), or a cash account' }),
  row({ flags: '--commissions <plan>', becomes: 'commissions', choices: ['fixed', 'tiered'], says: "IBKR Pro's price plan; fixed without" }),
  row({ flags: '--margin-rejects <status>', becomes: 'marginRejects', choices: ['Inactive', 'Cancelled'], says: 'what an order that lacks margin ends as (201); Inactive without' }),
  row({ flags: '--day-trading', becomes: 'dayTrading', says: 'intraday margins and the pattern-day-trader rule' }),
  row({ flags: '--early-assignment <chance>', becomes: 'earlyAssignment', read: chanceOption, says: 'chance that a short option whose exercise pays is assigned overnight, 0 to 1; 0 without' }),
]

// prettier-ignore
const SESSIONS: readonly Row[] = [
  row({ flags: '--host <address>', becomes: 'host', usual: GATEWAY_DEFAULTS.host, says: 'address to listen on; others than loopback expose it' }),
  row({ flags: '--port <number>', becomes: 'port', read: A_PORT, usual: USUAL_PORT, says: 'TCP port, 0 takes a free one' }),
  row({ flags: '--pacing <mode>', becomes: 'pacing', choices: ['off', 'throttle', 'reject'], says: 'more than 50 messages a second: off, throttle (usual) or reject with error 100' }),
  row({ flags: '--read-only', becomes: 'readOnly', says: 'refuse orders, as with the Read-Only API of TWS' }),
  row({ flags: '--master-client <id>', becomes: 'masterClientId', read: wholeOption(0, 2_147_483_647), says: "the client id that hears of every client's orders, as TWS's Master API client ID" }),
  row({ flags: '--nightly-reset <time>', becomes: 'nightlyReset', read: clockOption, says: "New York time of IBKR's nightly reset such as 23:45" }),
  row({ flags: '--daily-restart <time>', becomes: 'dailyRestart', read: clockOption, says: 'New York time of the daily restart such as 23:55' }),
]

// prettier-ignore
const DATA: readonly Row[] = [
  row({ flags: '--market-data-subscriptions <list>', becomes: 'marketDataSubscriptions', says: 'what is live: all, none, or classes and exchanges such as STK,CME,OPT=part,no-delayed' }),
  row({ flags: '--market-data-lines <number>', becomes: 'marketDataLines', read: wholeOption(1, 100_000), says: 'lines of all clients together, 100 without' }),
  row({ flags: '--data-pacing <mode>', becomes: 'dataPacing', choices: ['off', 'ibkr'], says: "history and ticks asked for too often: off, or ibkr with IBKR's limits (usual; off when stepped)" }),
  row({ flags: '--fundamentals <path>', becomes: 'fundamentals', says: 'a folder of reports, or a JSON file; else error 430' }),
]

// prettier-ignore
const FAULTS: readonly Row[] = [
  row({ flags: '--faults <file>', becomes: 'faultsFile', says: 'a plan of faults, YAML; docs/faults.md names them' }),
]

// prettier-ignore
const CONTROL: readonly Row[] = [
  row({ flags: '--control-port <number>', becomes: 'controlPort', read: A_PORT, says: 'HTTP control port on loopback, 0 takes a free one' }),
  row({ flags: '--control-token <file>', becomes: 'controlToken', says: 'file of the bearer token for the control port' }),
  row({ flags: '--record <file>', becomes: 'record', says: 'write every byte both ways to a new file' }),
]

const GROUPS: readonly Group[] = [
  { heading: 'Market:', rows: MARKET },
  { heading: 'Account:', rows: ACCOUNT },
  { heading: 'Sessions:', rows: SESSIONS },
  { heading: 'Market data:', rows: DATA },
  { heading: 'Faults:', rows: FAULTS },
  { heading: 'Control and recording:', rows: CONTROL },
]

/** What the verb itself does, beside what becomes the gateway's. */
const OWN: readonly (readonly [flags: string, says: string])[] = [
  ['--replay <file>', 'serve a recorded session instead of a market'],
  ['--until-stdin-closes', 'end when standard input does, as when the parent has gone'],
]

/** Adds every option, each under its group's heading in the help. */
export function withGatewayOptions(command: Command): void {
  for (const { heading, rows } of GROUPS)
    for (const of of rows) command.addOption(optionOf(of).helpGroup(heading))
  const last = GROUPS.at(-1)?.heading ?? ''
  for (const [flags, says] of OWN) command.addOption(new Option(flags, says).helpGroup(last))
}

function optionOf({ flags, says, read, choices, usual }: Row): Option {
  const option = new Option(flags, says)
  if (choices !== undefined) option.choices(choices)
  if (read !== undefined) option.argParser(read)
  return usual === undefined ? option : option.default(usual)
}

/**
 * What a command of `withGatewayOptions` was given.
 *
 * History asked for too often is refused as IBKR does, unless the clock is stepped: its time stands still while
 * clients ask.
 */
export function gatewayOptionsOf(command: Command): GatewayOptions {
  const words: Readonly<Record<string, unknown>> = command.opts()
  const given = GROUPS.flatMap(({ rows }) => rows)
    .map((of) => [of.becomes, words[optionOf(of).attributeName()]] as const)
    .filter(([, value]) => value !== undefined)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each row's reader is typed by its field
  const options = Object.fromEntries(given) as Partial<GatewayOptions>
  const dataPacing = options.clock === 'stepped' ? 'off' : 'ibkr'
  return { ...GATEWAY_DEFAULTS, dataPacing, ...options }
}

/** `23:45` as minutes after midnight. */
function clockOption(text: string): number {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? []
  if (hours === undefined || minutes === undefined)
    throw new InvalidArgumentError('Expected a time of day such as 23:45.')
  return Number(hours) * 60 + Number(minutes)
}

function chanceOption(text: string): number {
  const chance = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (chance <= 1) return chance
  throw new InvalidArgumentError('Expected a chance from 0 to 1 such as 0.05.')
}

/** IANA's name of a zone. */
function zoneOption(text: string): string {
  if (text === 'UTC' || Intl.supportedValuesOf('timeZone').includes(text)) return text
  throw new InvalidArgumentError('Expected a zone such as America/New_York, Europe/London or UTC.')
}
