/**
 * The journal as NDJSON, for other programs: the header first, then a row a line. Bodies are put in
 * byte for byte, so that whoever reads it can check the chain (see `chain.ts`).
 */
import { canonicalJson } from '#model/canonical-json.ts'
import { isoInstantOf } from '#model/time.ts'
import type { Header, Journal, Row } from '#journal/journal.ts'

/** Lines without their line ends; one JSON object each. */
export function* exportNdjson(journal: Journal): Generator<string> {
  yield headerLine(journal.header)
  for (const row of journal.rows()) yield rowLine(row)
}

function headerLine({ journalId, schema, account, program, node, createdAt }: Header): string {
  return canonicalJson({
    header: { journalId, schema, account, program, node, createdAt: isoInstantOf(createdAt) },
  })
}

function rowLine({ seq, at, kind, type, hash, body }: Row): string {
  const start = `{"seq":${seq},"at":"${isoInstantOf(at)}","kind":"${kind}"`
  return `${start},"type":${JSON.stringify(type)},"hash":"${hash}","body":${body}}`
}
