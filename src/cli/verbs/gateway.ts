/**
 * `ballast gateway`: the simulated IB Gateway, for Ballast and for any other TWS API client.
 *
 * With `--json` it prints one line when it listens, `{"ready":true,"port":…}`, for whoever started
 * it. With `--clock stepped` it reads lines `{"advanceTo":"2018-02-05T15:00:00Z"}` on standard
 * input and answers each when venue time is there.
 */
import { createInterface } from 'node:readline'
import { instantOf, isoInstantOf } from '#model/time.ts'
import { openReplay } from '#gateway/recording/replay-server.ts'
import { startGateway } from '#gateway/start-gateway.ts'
import type { GatewayOptions, RunningGateway } from '#gateway/options.ts'
import type { CliContext } from '#cli/context.ts'
import type { ExitCode } from '#cli/exit-codes.ts'
import { addVerb, withJson, type Cli } from '#cli/verb.ts'
import { gatewayOptionsOf, withGatewayOptions } from '#cli/verbs/gateway-options.ts'

/** What the verb itself looks at, beside what becomes the gateway's. */
interface Options {
  readonly replay?: string
  readonly untilStdinCloses?: true
  readonly json?: true
}

export function addGatewayVerb(cli: Cli): void {
  const { program, context } = cli
  const spec = {
    usage: 'gateway',
    summary: 'Serve a simulated IB Gateway to TWS API clients',
    examples: [
      'gateway',
      'gateway --port 4002 --seed 7 --cash 250000 --positions positions.csv',
      'gateway --market ../shared/data/bars/us_equity_daily_2005_2021.parquet --from 2018-02-05',
      'gateway --market trades.parquet,quotes.parquet --from 2013-10-07T09:30',
    ],
  }
  const verb = addVerb(cli, program, spec, async (command) => {
    const words = command.opts<Options>()
    const options = gatewayOptionsOf(command)
    if (words.replay !== undefined) return replayed(words.replay, options, words, context)
    const gateway = await startGateway(options)
    try {
      announce(gateway, words, context)
      await ended(gateway, inputOf(options, words), context)
    } finally {
      await gateway.close()
    }
    return 0
  })
  withGatewayOptions(withJson(verb))
}

/** The line that a parent waits for; `readyLineOf` in demo/gateway-process.ts reads it. */
function announce(gateway: RunningGateway, { json }: Options, context: CliContext): void {
  const { host, port, account, clockOffsetMs, controlPort } = gateway
  const at = isoInstantOf(gateway.venueTime())
  if (json === true) {
    const ready = { ready: true, host, port, account, venueTime: at, clockOffsetMs, controlPort }
    context.out(JSON.stringify(ready))
  } else {
    const clock = clockOffsetMs === undefined ? 'stepped' : `clockOffsetMs ${clockOffsetMs}`
    const control = controlPort === undefined ? '' : `; control on http://127.0.0.1:${controlPort}`
    context.out(`Simulated IB Gateway for ${account} on ${host}:${port}; venue time ${at}, ${clock}${control}. Ctrl-C ends it.`) // prettier-ignore
  }
}

/** Serves a recorded session until it is ended; a client that leaves the recording is named. */
async function replayed(
  file: string,
  { host, port }: GatewayOptions,
  { json }: Options,
  context: CliContext,
): Promise<ExitCode> {
  const server = await openReplay(file, { host, port }, (connection, where) =>
    context.note(`connection ${connection} left the recording at ${where}`),
  )
  try {
    if (json === true) context.out(JSON.stringify({ ready: true, host, port: server.port }))
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

/** What standard input is for: nothing; lines that step the clock; those, and its end is the gateway's. */
type Input = 'ignored' | 'steps' | 'steps-and-ends'

/** Who steps the clock by the control port need not keep standard input open. */
function inputOf(options: GatewayOptions, { untilStdinCloses }: Options): Input {
  if (untilStdinCloses === true) return 'steps-and-ends'
  if (options.clock !== 'stepped') return 'ignored'
  return options.controlPort === undefined ? 'steps-and-ends' : 'steps'
}

/** Resolves on Ctrl-C, SIGTERM, or, where asked for, when standard input has closed. */
async function ended(gateway: RunningGateway, input: Input, context: CliContext): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const release = context.onInterrupt(resolve)
  const lines = input === 'ignored' ? undefined : createInterface({ input: process.stdin })
  lines?.on('line', (line) => context.out(JSON.stringify(answerTo(line, gateway))))
  if (input === 'steps-and-ends') lines?.on('close', resolve)
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
