/** A second engine as far as the lock goes: takes it, says so, and keeps it until it is killed. */
import { acquireLock } from '#runtime/lock-file.ts'

acquireLock(process.argv[2] ?? '')
process.stdout.write('held\n')
setInterval(() => undefined, 60_000)
