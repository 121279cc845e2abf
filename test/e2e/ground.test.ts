/**
 * The ground everything stands on: `scripts/bootstrap.mjs` installs when it must and only then,
 * runs the pinned Node, and is itself never noticed: standard output, signals and exit codes are
 * the program's own.
 */
import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { scratchFolder } from '#test/support/scratch.ts'

/** As on a terminal of one's own: nothing of the npm that runs these tests. */
function withoutNpm(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_')),
  )
}

const npm = (...args: string[]) => spawnSync('npm', args, { encoding: 'utf8', env: withoutNpm() })

describe('npm', () => {
  test('npm run ballast prints what the program prints and nothing else', () => {
    const { status, stdout, stderr } = npm('run', 'ballast', '--', '--version')
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  test('npm start hands arguments and exit code through, its banner stays away', () => {
    const { status, stdout, stderr } = npm('start', '--', '--no-such-flag')
    expect(stdout).toBe('')
    expect(stderr).toContain('--no-such-flag')
    expect(status).toBe(1)
  })
})

describe('installing', () => {
  test('a checkout without node_modules is set up first, and says so on standard error only', () => {
    const { run, installs } = checkout()
    const { status, stdout, stderr } = run('console.log("ran")')
    expect({ status, stdout, installs: installs() }).toEqual({ status: 0, stdout: 'ran\n', installs: 1 }) // prettier-ignore
    expect(stderr).toContain('npm says hello')
  })

  test('a second start does not install again', () => {
    const { run, installs } = checkout()
    run('')
    const { stderr } = run('')
    expect({ stderr, installs: installs() }).toEqual({ stderr: '', installs: 1 })
  })

  test('a lock file newer than what is installed installs again', () => {
    const { folder, run, installs } = checkout()
    run('')
    const later = new Date(Date.now() + 60_000)
    utimesSync(join(folder, 'package-lock.json'), later, later)
    run('')
    expect(installs()).toBe(2)
  })

  test('an install that fails stops with what to do', () => {
    const { run } = checkout()
    const { status, stdout, stderr } = run('console.log("ran")', { NPM_FAILS: '1' })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(/`npm ci` failed \(exit code 7\).*run the same command again/)
  })

  test('where install scripts are switched off, the missing Node is named', () => {
    const { run } = checkout()
    const { status, stderr } = run('', { NPM_IGNORES_SCRIPTS: '1' })
    expect(status).toBe(1)
    expect(stderr).toContain('npm rebuild node --ignore-scripts=false')
  })
})

describe('the program behind it', () => {
  test('exits as the program exits', () => {
    expect(checkout().run('process.exitCode = 4').status).toBe(4)
  })

  test('ends by the signal that ended the program', () => {
    expect(checkout().run('process.kill(process.pid, "SIGKILL")').signal).toBe('SIGKILL')
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'] as const)(
    '%s reaches the program, which ends in its own way and leaves nothing behind',
    async (signal) => {
      const { start } = checkout()
      const program = `
        process.once('${signal}', () => { console.log('told'); process.exit(3) })
        setInterval(() => {}, 60_000)
        console.log(process.pid)`
      const child = start(program)
      const said: string[] = []
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said.push(text)
        if (said.length === 1) child.kill(signal)
      })
      const code = await new Promise((resolve) => child.once('close', resolve))
      expect({ code, told: said.join('').includes('told') }).toEqual({ code: 3, told: true })
      expect(isAlive(Number.parseInt(said[0] ?? '', 10))).toBe(false)
    },
  )
})

/** A checkout with our bootstrap, a program to run, and an npm that only pretends. */
function checkout() {
  const folder = scratchFolder()
  const record = join(folder, 'installs')
  writeFileSync(record, '')
  mkdirSync(join(folder, 'scripts'))
  copyFileSync('scripts/bootstrap.mjs', join(folder, 'scripts/bootstrap.mjs'))
  writeFileSync(join(folder, 'package-lock.json'), '{}')
  const pretender = join(folder, 'npm-cli.cjs')
  writeFileSync(pretender, PRETENDING_NPM)
  const command = (program: string) => {
    writeFileSync(join(folder, 'program.mjs'), program)
    return ['scripts/bootstrap.mjs', 'program.mjs']
  }
  const options = (env: NodeJS.ProcessEnv) => ({
    cwd: folder,
    env: { ...withoutNpm(), npm_execpath: pretender, ...env },
  })
  return {
    folder,
    run: (program: string, env: NodeJS.ProcessEnv = {}) =>
      spawnSync(process.execPath, command(program), { ...options(env), encoding: 'utf8' }),
    start: (program: string) => spawn(process.execPath, command(program), options({})),
    installs: () => readFileSync(record, 'utf8').length,
  }
}

/** Notes that it was called, then leaves what the real one would: a lock file of its own, and Node. */
const PRETENDING_NPM = `
  const { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } = require('node:fs')
  appendFileSync('installs', 'i')
  console.log('npm says hello')
  if (process.env.NPM_FAILS) process.exit(7)
  rmSync('node_modules', { recursive: true, force: true })
  mkdirSync('node_modules/node/bin', { recursive: true })
  writeFileSync('node_modules/.package-lock.json', '{}')
  if (!process.env.NPM_IGNORES_SCRIPTS) symlinkSync(process.execPath, 'node_modules/node/bin/node')
`

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0)
    return true
  } catch {
    return false
  }
}
