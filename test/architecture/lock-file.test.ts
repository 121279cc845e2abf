/**
 * `npm ci` installs what the lock file says, and refuses one that is not whole: an optional package
 * of some other platform that was not to be had when the lock was written is enough.
 */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

interface Locked {
  readonly version: string
  readonly integrity?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Readonly<Record<string, Locked>>
}

test('every package that another needs, on whatever platform, is locked', () => {
  const missing = Object.entries(packages).flatMap(([place, of]) => {
    const needed = { ...of.dependencies, ...of.devDependencies, ...of.optionalDependencies }
    return Object.keys(needed).filter((name) => !isFound(place, name)).map((name) => `${name}, for ${place}`) // prettier-ignore
  })
  expect(Object.keys(packages).length).toBeGreaterThan(50)
  expect(missing).toEqual([])
})

test('and by the hash of its content', () => {
  const loose = Object.entries(packages).filter(([place, of]) => place !== '' && of.integrity === undefined) // prettier-ignore
  expect(loose.map(([place]) => place)).toEqual([])
})

/** As Node looks for a package: in `node_modules` beside, then ever further out. */
function isFound(place: string, name: string): boolean {
  if (`${place === '' ? '' : `${place}/`}node_modules/${name}` in packages) return true
  return place !== '' && isFound(place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/'))), name) // prettier-ignore
}
