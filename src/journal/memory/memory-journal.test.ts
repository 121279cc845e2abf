import { memoryJournal } from '#journal/memory/memory-journal.ts'
import { HEADER, journalConformance } from '#test/conformance/journal.case.ts'

journalConformance('the memory journal', () => memoryJournal(HEADER))
