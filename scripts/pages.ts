/** The pages of `docs/` that are written from tables of the code, so that neither can drift. */
import { format } from 'prettier'
import { isOpen, TRANSITIONS } from '#execution/order-state.ts'
import { LIMITS, type Limit } from '#risk/limits.ts'

/** Text by path, formatted as the repository formats Markdown. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  const pages = { 'docs/risk-limits.md': riskLimits(), 'docs/order-states.md': orderStates() }
  const written = Object.entries(pages).map(
    async ([path, text]) => [path, await format(text, { parser: 'markdown' })] as const,
  )
  return new Map(await Promise.all(written))
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
