/** Where things stand, for people. */
import { isoInstantOf } from '#model/time.ts'
import type { StatusDocument } from '#contract/status.ts'
import { counted, shortHash } from '#cli/render/figures.ts'
import type { Ink } from '#cli/render/ink.ts'
import { alignedTable, left } from '#cli/render/table.ts'

export function renderStatus(of: StatusDocument, ink: Ink): string {
  const facts = [
    ['account', `${of.account} (${of.mode})`],
    ['engine', of.running ? ink.good('running') : 'not running; read from the journal'],
    ['as of', isoInstantOf(of.asOf)],
    ['broker link', of.running ? of.link : `${of.link} when last recorded`],
    ['run', of.run === undefined ? 'none' : `${of.run.runId} of plan ${shortHash(of.run.planId)}`],
    ['open orders', String(of.openOrders)],
    [
      'journal',
      `${of.journal.journalId}, ${counted(of.journal.rows, 'row')}, head ${shortHash(of.journal.hash)}`,
    ],
  ]
  return [
    facts.map(([name = '', fact = '']) => `${ink.dim(name.padEnd(12))}${fact}`).join('\n'),
    latches(of, ink),
    breaks(of, ink),
  ].join('\n\n')
}

function latches({ latches: set }: StatusDocument, ink: Ink): string {
  if (set.length === 0) return ink.good('No latch is set: trading is allowed.')
  const rows = set.map((latch) => [
    ink.bad(latch.kind),
    latch.scope,
    latch.owner,
    isoInstantOf(latch.since),
    latch.reason,
  ])
  const columns = [left('latch'), left('scope'), left('set by'), left('since'), left('why')]
  return `${alignedTable(columns, rows, ink)}\nRelease: ballast resume --reason "…"`
}

function breaks({ breaks: open }: StatusDocument, ink: Ink): string {
  if (open.length === 0) return ink.good('No breaks: book and broker agree.')
  const paint = { info: ink.dim, minor: ink.warn, severe: ink.bad }
  const rows = open.map((found) => [
    paint[found.severity](found.severity),
    found.cause,
    found.instrument ?? 'cash',
    found.ours,
    found.theirs,
    isoInstantOf(found.since),
    found.detail,
  ])
  const columns = [
    left('break'),
    left('cause'),
    left('where'),
    left('ours'),
    left('theirs'),
    left('since'),
    left(''),
  ]
  return alignedTable(columns, rows, ink)
}
