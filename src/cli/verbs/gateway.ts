/**
 * `ballast gateway`: the simulated IB Gateway, for Ballast and for any other TWS API client.
 *
 * With `--json` it prints one line when it listens, `{"ready":true,"port":…}`, for whoever started
 * it. With `--clock stepped` it reads lines `{"advanceTo":"2018-02-05T15:00:00Z"}` on standard
 * input and answers each when venue time is there.
 */
import { createInterface } from 'node:readline'
import { InvalidArgumentError, Option } from 'commander'
import { instantOf, isoInstantOf } from '#model/time.ts'
import { openReplay } from '#gateway/recording/replay-server.ts'
import { startGateway } from '#gateway/start-gateway.ts'
import { GATEWAY_DEFAULTS, type GatewayOptions, type RunningGateway } from '#gateway/options.ts'
import type { CliContext } from '#cli/context.ts'
import type { ExitCode } from '#cli/exit-codes.ts'
import { addVerb, patternOption, wholeOption, withJson, type Cli } from '#cli/verb.ts'

interface Options {
  readonly host: string
  readonly port: number
  readonly account: string
  readonly seed: number
  readonly market: string
  readonly from?: string
  readonly cash: string
  readonly currency: string
  readonly positions?: string
  readonly universe?: string
  readonly clock: 'offset' | 'stepped'
  readonly pacing?: 'off' | 'throttle' | 'reject'
  readonly marketDataSubscriptions?: string
  readonly marketDataLines?: number
  readonly fundamentals?: string
  readonly dataPacing?: 'off' | 'ibkr'
  readonly readOnly?: true
  readonly masterClient?: number
  readonly nightlyReset?: number
  readonly dailyRestart?: number
  readonly faults?: string
  readonly controlPort?: number
  readonly controlToken?: string
  readonly record?: string
  readonly replay?: string
  readonly untilStdinCloses?: true
  readonly json?: true
}

/** IB Gateway's own port for paper accounts. */
const USUAL_PORT = 4002

export function addGatewayVerb(cli: Cli): void {
  const { program, context } = cli
  const spec = {
    usage: 'gateway',
    summary: 'Serve a simulated IB Gateway to TWS API clients',
    examples: [
      'gateway',
      'gateway --port 4002 --seed 7 --cash 250000 --positions positions.csv',
      'gateway --market ../shared/data/bars/us_equity_daily_2005_2021.parquet --from 2018-02-05',
    ],
  }
  const verb = addVerb(cli, program, spec, async (command) => {
    const options = command.opts<Options>()
    if (options.replay !== undefined) return replayed(options.replay, options, context)
    const gateway = await startGateway(gatewayOptionsOf(options))
    try {
      announce(gateway, options, context)
      await ended(gateway, options, context)
    } finally {
      await gateway.close()
    }
    return 0
  })
  const defaults = GATEWAY_DEFAULTS
  const day = patternOption(/^\d{4}-\d{2}-\d{2}$/, 'a day such as 2018-02-05')
  const amount = patternOption(/^-?\d+(\.\d{1,9})?$/, 'an amount such as 1000000')
  const account = patternOption(/^D[UF]\d{5,9}$/, 'a paper account such as DU1234567')
  withJson(verb)
    .option(
      '--host <address>',
      'address to listen on; others than loopback expose it',
      defaults.host,
    )
    .option('--port <number>', 'TCP port, 0 takes a free one', wholeOption(0, 65_535), USUAL_PORT)
    .option('--account <id>', 'the paper account it manages', account, defaults.account)
    .option('--seed <number>', 'same seed, same market', wholeOption(0, 2 ** 32 - 1), defaults.seed)
    .option(
      '--market <file>',
      'synthetic, or a file of price bars (Parquet or CSV)',
      defaults.market,
    )
    .option('--from <date>', 'first day of the market', day)
    .option('--cash <amount>', 'starting cash', amount, defaults.cash)
    .option('--currency <code>', 'base currency', defaults.baseCurrency)
    .option('--positions <file>', 'starting positions, CSV')
    .option('--universe <file>', 'what is listed, CSV; else all that the market holds')
    .addOption(CLOCK_OPTION)
    .addOption(PACING_OPTION)
    .option(
      '--market-data-subscriptions <list>',
      'what is live: all, none, or classes and exchanges such as STK,CME,OPT=part,no-delayed',
    )
    .option(
      '--market-data-lines <number>',
      'lines of all clients together, 100 without',
      wholeOption(1, 100_000),
    )
    .option('--fundamentals <path>', 'a folder of reports, or a JSON file; else error 430')
    .addOption(DATA_PACING_OPTION)
    .option('--read-only', 'refuse orders, as with the Read-Only API of TWS')
    .option(
      '--master-client <id>',
      "the client id that hears of every client's orders, as TWS's Master API client ID",
      wholeOption(0, 2_147_483_647),
    )
    .option(
      '--nightly-reset <time>',
      "New York time of IBKR's nightly reset such as 23:45",
      clockOption,
    ) // prettier-ignore
    .option(
      '--daily-restart <time>',
      'New York time of the daily restart such as 23:55',
      clockOption,
    ) // prettier-ignore
    .option('--faults <file>', 'a plan of faults, YAML; docs/faults.md names them')
    .option(
      '--control-port <number>',
      'HTTP control port on loopback, 0 takes a free one',
      wholeOption(0, 65_535),
    ) // prettier-ignore
    .option('--control-token <file>', 'file of the bearer token for the control port')
    .option('--record <file>', 'write every byte both ways to a new file')
    .option('--replay <file>', 'serve a recorded session instead of a market')
    .option('--until-stdin-closes', 'end when standard input does, as when the parent has gone')
}

const PACING_OPTION = new Option(
  '--pacing <mode>',
  'more than 50 messages a second: off, throttle (usual) or reject with error 100',
).choices(['off', 'throttle', 'reject'])

const DATA_PACING_OPTION = new Option(
  '--data-pacing <mode>',
  "history and ticks asked for too often: off, or ibkr with IBKR's limits (usual; off when stepped)",
).choices(['off', 'ibkr'])

/** `23:45` as minutes after midnight. */
function clockOption(text: string): number {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? []
  if (hours === undefined || minutes === undefined)
    throw new InvalidArgumentError(`was "${text}", expected a time of day such as 23:45`)
  return Number(hours) * 60 + Number(minutes)
}

const CLOCK_OPTION = new Option(
  '--clock <kind>',
  'offset: venue time runs with the wall; stepped: by lines on standard input',
)
  .choices(['offset', 'stepped'])
  .default(GATEWAY_DEFAULTS.clock)

function gatewayOptionsOf(options: Options): GatewayOptions {
  const { host, port, account, seed, market, from, cash, currency, positions, universe, clock } = options // prettier-ignore
  const files = {
    ...(positions === undefined ? {} : { positionsFile: positions }),
    ...(universe === undefined ? {} : { universeFile: universe }),
  }
  const start = { host, port, account, seed, market, cash, baseCurrency: currency, clock }
  return {
    ...start,
    ...files,
    ...(from === undefined ? {} : { from }),
    ...marketDataOf(options),
    ...operationOf(options),
  }
}

/** Which market data the account gets, and how much of it. */
function marketDataOf(
  options: Options,
): Pick<
  GatewayOptions,
  'marketDataSubscriptions' | 'marketDataLines' | 'fundamentals' | 'dataPacing'
> {
  const { marketDataSubscriptions, marketDataLines, fundamentals, clock } = options
  return {
    ...(marketDataSubscriptions === undefined ? {} : { marketDataSubscriptions }),
    ...(marketDataLines === undefined ? {} : { marketDataLines }),
    ...(fundamentals === undefined ? {} : { fundamentals }),
    dataPacing: options.dataPacing ?? (clock === 'stepped' ? 'off' : 'ibkr'),
  }
}

/** How the gateway behaves beside its market. */
function operationOf(
  options: Options,
): Pick<
  GatewayOptions,
  | 'pacing'
  | 'readOnly'
  | 'masterClientId'
  | 'nightlyReset'
  | 'dailyRestart'
  | 'faultsFile'
  | 'controlPort'
  | 'controlToken'
  | 'record'
> {
  // prettier-ignore
  const { pacing, nightlyReset, dailyRestart, faults, controlPort, controlToken, record } = options
  return {
    readOnly: options.readOnly === true,
    ...(options.masterClient === undefined ? {} : { masterClientId: options.masterClient }),
    ...(pacing === undefined ? {} : { pacing }),
    ...(nightlyReset === undefined ? {} : { nightlyReset }),
    ...(dailyRestart === undefined ? {} : { dailyRestart }),
    ...(faults === undefined ? {} : { faultsFile: faults }),
    ...(controlPort === undefined ? {} : { controlPort }),
    ...(controlToken === undefined ? {} : { controlToken }),
    ...(record === undefined ? {} : { record }),
  }
}

/** The line that a parent waits for; `readyLineOf` in demo/gateway-process.ts reads it. */
function announce(gateway: RunningGateway, { json }: Options, context: CliContext): void {
  const { host, port, account, clockOffsetMs, controlPort } = gateway
  const at = isoInstantOf(gateway.venueTime())
  if (json === true) {
    const ready = { ready: true, host, port, account, venueTime: at, clockOffsetMs, controlPort }
    context.out(JSON.stringify(ready))
  } else
    context.out(`Simulated IB Gateway for ${account} on ${host}:${port}; venue time ${at}, clockOffsetMs ${clockOffsetMs}. Ctrl-C ends it.`) // prettier-ignore
}

/** Serves a recorded session until it is ended; a client that leaves the recording is named. */
async function replayed(file: string, options: Options, context: CliContext): Promise<ExitCode> {
  const { host, port } = options
  const server = await openReplay(file, { host, port }, (connection, where) =>
    context.note(`connection ${connection} left the recording at ${where}`),
  )
  try {
    if (options.json === true) context.out(JSON.stringify({ ready: true, host, port: server.port }))
    else context.out(`Replaying ${file} on ${host}:${server.port}. Ctrl-C ends it.`)
    await interrupted(context)
  } finally {
    await server.close()
  }
  return 0
}

async function interrupted(context: CliContext): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const release = context.onInterrupt(resolve)
  await promise
  release()
}

/** Resolves on Ctrl-C, SIGTERM, or, where asked for, when standard input has closed. */
async function ended(
  gateway: RunningGateway,
  options: Options,
  context: CliContext,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const release = context.onInterrupt(resolve)
  const listens = options.untilStdinCloses === true || options.clock === 'stepped'
  const lines = listens ? createInterface({ input: process.stdin }) : undefined
  lines?.on('line', (line) => context.out(JSON.stringify(answerTo(line, gateway))))
  lines?.on('close', resolve)
  await promise
  release()
  lines?.close()
}

/** Answers one line of a controller that moves venue time. */
function answerTo(line: string, gateway: RunningGateway): object {
  const to = instantOf(/"advanceTo" *: *"([^"]*)"/.exec(line)?.[1] ?? '')
  if (to === undefined) return { error: 'expected {"advanceTo":"2018-02-05T15:00:00Z"}' }
  try {
    gateway.advanceTo(to)
    return { venueTime: isoInstantOf(gateway.venueTime()) }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}
