/**
 * `ballast status`, `positions` and `orders`: from the running engine where there is one, else from
 * the journal, without locking it out.
 */
import { ORDERS_DOCUMENT, POSITIONS_DOCUMENT } from '#contract/account.ts'
import { STATUS_DOCUMENT } from '#contract/status.ts'
import { CliError } from '#cli/exit-codes.ts'
import type { EngineView } from '#cli/engine/engine.ts'
import { lookAt } from '#cli/engine/look.ts'
import { loaded } from '#cli/loaded.ts'
import { renderOrders, renderPositions } from '#cli/render/account.ts'
import { renderStatus } from '#cli/render/status.ts'
import type { Ink } from '#cli/render/ink.ts'
import { addVerb, printDocument, withConfig, withJson, type Cli } from '#cli/verb.ts'
import type { Codec } from '#model/codec.ts'

export function addLookVerbs(cli: Cli): void {
  addLookVerb(cli, {
    name: 'status',
    summary: 'Show where things stand: link, run, latches, breaks, journal',
    of: (view) => view.status,
    codec: STATUS_DOCUMENT,
    render: renderStatus,
  })
  addLookVerb(cli, {
    name: 'positions',
    summary: 'Show what the account holds by the last word of the broker',
    of: (view) => view.positions,
    codec: POSITIONS_DOCUMENT,
    render: renderPositions,
  })
  addLookVerb(cli, {
    name: 'orders',
    summary: "Show open orders and today's completed ones, ours or not",
    of: (view) => view.orders,
    codec: ORDERS_DOCUMENT,
    render: renderOrders,
  })
}

interface LookVerb<T> {
  readonly name: string
  readonly summary: string
  readonly of: (view: EngineView) => T | undefined
  readonly codec: Codec<T>
  readonly render: (document: T, ink: Ink) => string
}

function addLookVerb<T>(cli: Cli, { name, summary, of, codec, render }: LookVerb<T>): void {
  const { program, context } = cli
  const spec = { usage: name, summary, examples: [name, `${name} --json`] }
  const verb = addVerb(cli, program, spec, async (command) => {
    const { config, json } = command.opts<{ readonly config: string; readonly json?: true }>()
    const document = of(await lookAt(await loaded(context, config)))
    if (document === undefined)
      throw new CliError('nothing was recorded yet; ballast reconcile asks the broker')
    if (json === true) printDocument(context, codec.encode(document))
    else context.out(render(document, context.ink))
    return 0
  })
  withJson(withConfig(verb))
}
