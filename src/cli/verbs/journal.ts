/** `ballast journal …`: is the record whole, would we decide the same again, give it to others. */
import type { Command } from 'commander'
import type { Json } from '#model/canonical-json.ts'
import { exportNdjson } from '#journal/export.ts'
import type { Journal } from '#journal/journal.ts'
import { openSqliteJournal } from '#journal/sqlite/sqlite-journal.ts'
import { verifyJournal } from '#journal/sqlite/verify.ts'
import { describeFinding, type JournalReport } from '#journal/verification.ts'
import { replay, type ReplayReport } from '#runtime/replay.ts'
import { stateFolderAt } from '#runtime/state-folder.ts'
import { loaded } from '#cli/loaded.ts'
import { counted, shortHash } from '#cli/render/figures.ts'
import type { Ink } from '#cli/render/ink.ts'
import { addVerb, printDocument, withConfig, withJson, type Cli } from '#cli/verb.ts'

interface Options {
  readonly config: string
  readonly json?: true
}

export function addJournalVerbs(cli: Cli): void {
  const { program, context } = cli
  const journal = program.command('journal').description('Check, replay or export the journal')
  const verify = addVerb(
    cli,
    journal,
    {
      usage: 'verify',
      summary: 'Find every altered, missing or reordered row',
      examples: ['journal verify', 'journal verify --json'],
    },
    async (command) => {
      const { config, json } = command.opts<Options>()
      const { stateFolder, config: settings } = await loaded(context, config)
      const { journal: path } = stateFolderAt(stateFolder)
      const report = verifyJournal(path, { account: settings.account })
      if (json === true) printDocument(context, verificationDocument(report))
      else context.out(renderVerification(report, context.ink))
      return report.findings.length === 0 ? 0 : 1
    },
  )
  const replayed = addVerb(
    cli,
    journal,
    {
      usage: 'replay',
      summary: 'Decide everything anew beside the record and show what differs; acts on nothing',
      examples: ['journal replay'],
    },
    async (command) => {
      const { json } = command.opts<Options>()
      const report = await withJournal(cli, command, (open) => replay(open))
      if (json === true) printDocument(context, replayDocument(report))
      else context.out(renderReplay(report, context.ink))
      return report.divergences.length === 0 && report.unreadable === undefined ? 0 : 1
    },
  )
  const exported = addVerb(
    cli,
    journal,
    {
      usage: 'export',
      summary: 'Write the journal as NDJSON: the header, then a row a line',
      examples: ['journal export > journal.ndjson'],
    },
    (command) =>
      withJournal(cli, command, (open) => {
        for (const line of exportNdjson(open)) context.out(line)
        return 0
      }),
  )
  withJson(withConfig(verify))
  withJson(withConfig(replayed))
  // It prints JSON in any case; the option is there because every verb has it.
  withJson(withConfig(exported))
}

async function withJournal<T>(
  { context }: Cli,
  command: Command,
  work: (journal: Journal) => T,
): Promise<T> {
  const { stateFolder, config } = await loaded(context, command.opts<Options>().config)
  const { journal: path } = stateFolderAt(stateFolder)
  const journal = openSqliteJournal({ path, mode: 'read', account: config.account })
  try {
    return work(journal)
  } finally {
    await journal.close()
  }
}

function renderVerification({ rows, expired, head, findings }: JournalReport, ink: Ink): string {
  const read = `${counted(rows, 'row')} read, ${expired} of them expired, head ${shortHash(head?.hash ?? 'none')}`
  if (findings.length === 0) return `${ink.good('Sound:')} ${read}.`
  return [
    `${ink.bad(`Not sound, ${counted(findings.length, 'finding')}:`)} ${read}.`,
    ...findings.map((finding) => `  ${describeFinding(finding)}`),
    'Do not trade on it: keep a copy, restore the state folder from a backup, then reconcile.',
  ].join('\n')
}

function verificationDocument({ rows, expired, head, findings }: JournalReport): Json {
  return {
    sound: findings.length === 0,
    rows,
    expired,
    ...(head === undefined ? {} : { head: { seq: head.seq, hash: head.hash } }),
    findings: findings.map(({ row, detail }) => ({
      ...(row === undefined ? {} : { row }),
      detail,
    })),
  }
}

function renderReplay(
  { facts, decisions, divergences, unreadable }: ReplayReport,
  ink: Ink,
): string {
  const read = `${counted(facts, 'fact')}, ${counted(decisions, 'decision')}`
  const shown = divergences.flatMap(({ seq, fact, recorded, decided }) => [
    `  row ${seq}, ${fact}`,
    ...recorded.map((text) => `    recorded ${text}`),
    ...decided.map((text) => `    now      ${text}`),
  ])
  const end = unreadable === undefined ? [] : [ink.bad(`Ends early: ${unreadable}`)]
  if (divergences.length === 0 && end.length === 0)
    return `${ink.good('The same decisions:')} ${read}.`
  return [`${counted(divergences.length, 'divergence')} in ${read}:`, ...shown, ...end].join('\n')
}

function replayDocument({ facts, decisions, divergences, unreadable }: ReplayReport): Json {
  return {
    facts,
    decisions,
    divergences: divergences.map(({ seq, fact, recorded, decided }) => ({
      seq,
      fact,
      recorded,
      decided,
    })),
    ...(unreadable === undefined ? {} : { unreadable }),
  }
}
