/** The first line of a journal: drawn once, checked at every opening. */
import { randomBytes } from 'node:crypto'
import type { EpochMs } from '#model/time.ts'
import { type Header, JournalError } from '#journal/journal.ts'

/** The version of the row format and the tables; raised when an older program could misread it. */
export const JOURNAL_SCHEMA = 1

/**
 * The header of a journal that begins now.
 *
 * @param account - IBKR's account code; the journal serves no other
 * @param program - version or commit
 * @param createdAt - wall clock
 */
export function newHeader(account: string, program: string, createdAt: EpochMs): Header {
  return {
    journalId: randomBytes(4).toString('hex'),
    schema: JOURNAL_SCHEMA,
    account,
    program,
    node: process.version,
    createdAt,
  }
}

/**
 * @param place - the file, for the message
 * @throws JournalError `newer-schema`
 */
export function refuseNewerSchema(schema: number, place: string): void {
  if (schema > JOURNAL_SCHEMA)
    throw new JournalError(
      'newer-schema',
      `${place}: written with schema ${schema}, this program reads up to ${JOURNAL_SCHEMA}; ` +
        'use the version of ballast that wrote it, or a later one',
    )
}

/**
 * @param place - the file, for the message
 * @throws JournalError `other-account`
 */
export function refuseOtherAccount(header: Header, account: string, place: string): void {
  if (header.account !== account)
    throw new JournalError(
      'other-account',
      `${place}: belongs to account ${header.account}, expected ${account}; ` +
        'give every account a state folder of its own',
    )
}
