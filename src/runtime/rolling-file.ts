/**
 * A text file that is set aside when it has grown: `ballast.log` is the current one, `ballast.log.1`
 * the one before, and so on; the oldest goes. Lines are written at once, in place of buffering, so
 * that a process that dies leaves its last. One process writes: the one that holds the lock.
 */
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

export interface RollingFileOptions {
  readonly path: string
  /** Set aside before it would grow beyond this; a longer line has a file of its own. */
  readonly maximumBytes: number
  /** Files kept beside the current one, ≥ 1. */
  readonly kept: number
}

export interface RollingFile {
  /** Never throws: what cannot be written is dropped, and the next line tried again. */
  write(line: string): void
  close(): void
}

/** @throws the system's error when it cannot be begun */
export function rollingFile({ path, maximumBytes, kept }: RollingFileOptions): RollingFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  let fd: number | undefined = openSync(path, 'a', 0o600)
  let bytes = fstatSync(fd).size
  let closed = false

  const release = () => {
    const open = fd
    fd = undefined
    if (open !== undefined) closeSync(open)
  }
  const setAside = () => {
    release()
    rmSync(`${path}.${kept}`, { force: true })
    for (let i = kept - 1; i >= 1; i--) renameIfThere(`${path}.${i}`, `${path}.${i + 1}`)
    renameIfThere(path, `${path}.1`)
    bytes = 0
  }
  return {
    write(line) {
      if (closed) return
      try {
        const length = Buffer.byteLength(line)
        if (bytes > 0 && bytes + length > maximumBytes) setAside()
        fd ??= openSync(path, 'a', 0o600)
        writeSync(fd, line)
        bytes += length
      } catch {
        // A full disk: the journal tells of it, and does so loudly.
      }
    },
    close() {
      closed = true
      release()
    },
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
