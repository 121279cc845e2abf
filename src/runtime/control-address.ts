/**
 * Where an engine's control socket lies. A socket's address holds some hundred bytes (`sun_path`,
 * unix(7)), a folder's path may be longer: then the address goes through the open folder,
 * `/proc/self/fd/N`, which Linux has.
 */
import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { StartError } from '#runtime/engine-host.ts'

const SOCKET = 'control.sock'

/** The shortest `sun_path` there is holds 104 bytes (macOS, BSD), the ending zero included. */
const ADDRESS_BYTES = 103

export interface ControlAddress {
  /** To listen on or to connect to, until `release` is called. */
  readonly address: string
  /** The same place, however long. */
  readonly path: string
  release(): void
}

/**
 * @throws StartError `state-folder` when the path is too long and the system has no way round
 */
export function controlAddress(stateFolder: string): ControlAddress {
  const path = join(stateFolder, SOCKET)
  if (Buffer.byteLength(path) <= ADDRESS_BYTES) return { address: path, path, release: () => {} }
  if (!existsSync('/proc/self/fd'))
    throw new StartError(
      'state-folder',
      `state folder ${stateFolder}: its path is too long for a socket (${Buffer.byteLength(path)} bytes with ` +
        `${SOCKET}, expected at most ${ADDRESS_BYTES}); choose one with a shorter path`,
    )
  const folder = openSync(stateFolder, 'r')
  return {
    address: `/proc/self/fd/${folder}/${SOCKET}`,
    path,
    release: () => closeSync(folder),
  }
}
