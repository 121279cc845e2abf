/** The pages of `docs/` that are written from tables of the code, and the pictures drawn by it, so that neither can drift. */
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { ROUTES, type Route } from '#gateway/control/routes.ts'
import { FAULTS } from '#gateway/faults/registry.ts'
import { isOpen, TRANSITIONS } from '#execution/order-state.ts'
import { LIMITS, type Limit } from '#risk/limits.ts'
import { z } from 'zod'
import { ROOT } from './command.ts'
import { pictures } from './pictures.ts'

/** Text by path, formatted as the repository formats Markdown. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  const pages = {
    'docs/risk-limits.md': riskLimits(),
    'docs/order-states.md': orderStates(),
    'docs/faults.md': faults(),
    'docs/control-port.md': controlPort(),
  }
  const written = Object.entries(pages).map(
    async ([path, text]) =>
      [
        path,
        await format(text, { ...(await resolveConfig(join(ROOT, path))), parser: 'markdown' }),
      ] as const,
  )
  return new Map([...(await Promise.all(written)), ...pictures()])
}

const notice = (source: string) =>
  `<!-- Written by \`npm run docs\` from ${source}; a test compares. Change the table there. -->`

function riskLimits(): string {
  return `# Risk limits

${notice('src/risk/limits.ts')}

Every limit that Ballast enforces, with the levels it ships with. \`limits:\` in \`ballast.yaml\`
overrides a level; nothing else in the code holds a threshold. At the level is still inside it. A
metric that cannot be measured counts as breached.

The plan keeps to the *warn* levels, so that the next tick does not breach. A *breach* stops orders
that add in the limit's scope and calls for the remedy; orders that reduce are never blocked.

${tableOf(
  ['metric', 'unit', 'dangerous', 'warn', 'breach', 'stops adds in', 'remedy', 'why'],
  LIMITS.map((limit) => [
    `\`${limit.metric}\``,
    limit.unit,
    DANGEROUS[limit.direction],
    levelOf(limit, limit.warn),
    levelOf(limit, limit.breach),
    SCOPE[limit.scope],
    limit.remedy,
    limit.why,
  ]),
)}

What each metric measures is in [notation.md](notation.md#risk-figures).
`
}

const DANGEROUS: Readonly<Record<Limit['direction'], string>> = {
  max: 'above',
  min: 'below',
  maxAbs: 'far from 0, either way',
}

const SCOPE: Readonly<Record<Limit['scope'], string>> = {
  symbol: 'the name',
  sector: 'the sector',
  cluster: 'the correlation cluster',
  account: 'the account',
}

function levelOf(limit: Limit, level: number): string {
  return limit.unit === 'ratio' ? level.toFixed(2) : `${Number((level * 100).toFixed(4))} %`
}

function faults(): string {
  return `# Faults of the simulated gateway

${notice('src/gateway/faults/registry.ts')}

Every way in which a real gateway has been seen to misbehave, by name. A plan arms them when the gateway starts
(\`--faults plan.yaml\`), the [control port](control-port.md) while it runs.

\`\`\`yaml
seed: 7 # of all chance in the plan; the gateway's own where absent
faults:
  - fault: connectivity-lost
    when: { at: '10:05:00' } # New York; or an instant, or after: 30s
    for: 20s
    with: { dataLost: true }
  - fault: socket-cut
    when: { message: PLACE_ORDER, nth: 3, client: 1 }
  - fault: commission-late
    when: { symbol: SPY }
    times: always
    probability: 0.5
    with: { by: 3s }
\`\`\`

- \`when\` may name a time (\`at\`, \`after\`), a \`message\` and its \`nth\` occurrence, and whom it concerns: \`client\`,
  \`symbol\`, \`orderRef\`, \`orderId\`, \`action\`. Without a time a fault is armed from the start.
- \`times\` is how often it acts (once, unless a duration says otherwise), \`for\` how long it lasts or may act,
  \`probability\` the chance each time. The same plan, seed and clients give the same run.
- Faults of a *request* or a *message* act on those named; faults of a *moment* happen when their time or message
  comes, and last for as long as \`for\` says.

${tableOf(
  ['fault', 'acts on', 'what happens', 'parameters', 'seen in'],
  Object.entries(FAULTS).map(([name, { does, seen, parameters, effect }]) => [
    `\`${name}\``,
    effect.on === 'moment' ? 'a moment' : (effect.of ?? ['any']).map((of) => `\`${of}\``).join(' '),
    does,
    parametersOf(parameters),
    seen,
  ]),
)}
`
}

/** `by` (3s), `symbol`: names with their usual values. */
function parametersOf(parameters: z.ZodType): string {
  const { properties = {} } = z.toJSONSchema(parameters, { io: 'input', unrepresentable: 'any' })
  return Object.entries(properties)
    .map(([name, schema]) => {
      const usual = typeof schema === 'object' ? schema.default : undefined
      return usual === undefined ? `\`${name}\`` : `\`${name}\` (${JSON.stringify(usual)})`
    })
    .join(', ')
}

function controlPort(): string {
  return `# The control port of the simulated gateway

${notice('src/gateway/control/routes.ts')}

\`ballast gateway --control-port 7000 --control-token token.txt\` opens it on 127.0.0.1. The token is drawn into the
file, mode 0600, when there is none. Requests carry it (\`Authorization: Bearer …\`), name this host exactly, come
from no web page, and hold at most 64 kB of JSON. A refusal is \`{"error":"…"}\` with what was found and expected.

\`\`\`sh
curl -s -H "Authorization: Bearer $(cat token.txt)" http://127.0.0.1:7000/ledger
curl -s -H "Authorization: Bearer $(cat token.txt)" -H 'Content-Type: application/json' \\
  -d '{"fault":"connectivity-lost","for":"20s"}' http://127.0.0.1:7000/faults
\`\`\`

Instruments are named by id (\`SPY.STK.USD\`), symbol, local symbol (\`ESH6\`) or contract number; amounts are
decimals, as numbers or text; times are UTC; durations are such as \`250ms\`, \`3s\`, \`10m\`, \`1h\`.

${tableOf(
  ['request', 'what it does', 'body, for example'],
  ROUTES.map(({ method, path, does, says }) => [`\`${method} ${path}\``, does, saidTo(says)]),
)}
`
}

const saidTo = (says: Route['says']): string =>
  says === undefined
    ? ''
    : [`\`${JSON.stringify(says.example)}\``, ...(says.more === undefined ? [] : [says.more])].join(
        '; ',
      )

function orderStates(): string {
  return `# Order states

${notice('src/execution/order-state.ts')}

The life of an order, whole. How much of it has filled is a quantity, not a state: FIX's
PartiallyFilled is derived for display. What no row names is no transition: the report was late or
doubled, or the broker knows something we do not, and the next snapshot tells which.

Read down: what an event makes of the state at the head of the column.

## Open: it may still trade without anything new from us

${transitionsFrom(stateNames().filter(isOpen))}

## Closed, yet not deaf: a fill that crosses our cancel on the wire is a trade all the same

${transitionsFrom(stateNames().filter((state) => !isOpen(state)))}

## Who says what

| event | who says it |
| --- | --- |
| \`denied\` | our own pre-trade gate; the order never left |
| \`submitted\` | the adapter: the bytes are on the wire |
| \`accepted\`, \`rejected\`, \`partlyFilled\`, \`filled\`, \`canceled\`, \`expired\` | the broker |
| \`cancelRequested\`, \`cancelRejected\` | we, and the broker's answer |
| \`contactLost\` | the adapter: it may or may not have been sent |
| \`provenNotSent\` | two whole broker snapshots that do not know it, or the adapter itself |
`
}

type State = keyof typeof TRANSITIONS

const stateNames = (): readonly State[] => Object.keys(TRANSITIONS) as State[] // oxlint-disable-line typescript/no-unsafe-type-assertion -- the table is closed over its keys

function transitionsFrom(states: readonly State[]): string {
  const events = new Set(states.flatMap((state) => Object.keys(TRANSITIONS[state])))
  return tableOf(
    ['event', ...states],
    [...events].map((event) => [`\`${event}\``, ...states.map((state) => after(state, event))]),
  )
}

function after(state: State, event: string): string {
  return Object.entries(TRANSITIONS[state]).find(([name]) => name === event)?.[1] ?? ''
}

function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = header.map(() => '---')
  return [header, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
