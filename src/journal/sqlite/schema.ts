/**
 * The tables. Append-only by triggers, so that a slip of the program or of a person with a SQL
 * prompt is refused at once; what gets round them, verification finds.
 *
 * A row holds its body or, once expired, the body's hash: never both, never neither.
 */
import type { DatabaseSync } from 'node:sqlite'
import { JOURNAL_SCHEMA } from '#journal/header.ts'
import { EXPIRABLE_TYPES } from '#journal/retention.ts'

/** Marks the file as ours in SQLite's header: "BALL". */
export const APPLICATION_ID = 0x42414c4c

const expirable = EXPIRABLE_TYPES.map((type) => `'${type}'`).join(', ')
const refuse = "SELECT RAISE(ABORT, 'the journal is append-only')"

const TABLES = `
CREATE TABLE header (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  journal_id TEXT NOT NULL,
  schema INTEGER NOT NULL,
  account TEXT NOT NULL,
  program TEXT NOT NULL,
  node TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE TABLE entries (
  seq INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('fact', 'decision')),
  type TEXT NOT NULL,
  at INTEGER NOT NULL,
  body TEXT,
  body_hash TEXT,
  hash TEXT NOT NULL,
  CHECK ((body IS NULL) <> (body_hash IS NULL))
) STRICT;

CREATE TABLE snapshots (
  seq INTEGER PRIMARY KEY,
  body TEXT NOT NULL,
  seal TEXT NOT NULL
) STRICT;

CREATE INDEX expirable_entries ON entries (type, at) WHERE type IN (${expirable}) AND body IS NOT NULL;

CREATE TRIGGER header_stays BEFORE DELETE ON header BEGIN ${refuse}; END;
CREATE TRIGGER header_is_fixed BEFORE UPDATE ON header BEGIN ${refuse}; END;
CREATE TRIGGER entries_stay BEFORE DELETE ON entries BEGIN ${refuse}; END;
CREATE TRIGGER entries_are_fixed BEFORE UPDATE ON entries
  WHEN NOT (
    OLD.type IN (${expirable}) AND OLD.body IS NOT NULL AND NEW.body IS NULL
    AND NEW.seq = OLD.seq AND NEW.kind = OLD.kind AND NEW.type = OLD.type
    AND NEW.at = OLD.at AND NEW.hash = OLD.hash
  )
  BEGIN ${refuse}; END;
`

/** Fills an empty database. */
export function createTables(database: DatabaseSync): void {
  database.exec(
    `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${JOURNAL_SCHEMA}`,
  )
  database.exec(TABLES)
}

/** Name and text of every table, index and trigger, to compare a journal's with ours. */
export function tablesOf(database: DatabaseSync): ReadonlyMap<string, string> {
  const found = database.prepare(
    'SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name',
  )
  return new Map(found.all().map(({ name, sql }) => [String(name), String(sql)]))
}
