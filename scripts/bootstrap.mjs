/**
 * The first step of every npm script: whatever Node is on the machine, from 20 on, becomes the
 * Node that Ballast is written for.
 *
 *   node scripts/bootstrap.mjs FILE [ARGUMENT …]
 *
 * 1. Installs the dependencies when `node_modules` is missing or older than the lock file.
 * 2. Runs FILE, TypeScript as it stands, with the Node 24 that the npm package `node` pins.
 *
 * Plain JavaScript that Node 20 runs. Everything it says goes to standard error, since standard
 * output may belong to a program that reads JSON. The exit code is FILE's own.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const OLDEST_NODE = 20
const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PINNED_NODE = join(
  ROOT,
  'node_modules/node/bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
)

/** Compiled modules, so that a verb starts in half the time; goes with `node_modules`. */
const COMPILED = join(ROOT, 'node_modules/.cache/node')

/**
 * Room for short-lived objects, MB: quotes and messages die young, and with Node's usual 16 a fifth of a busy
 * gateway's time goes into moving them. Node's documentation, `--max-semi-space-size`.
 */
const YOUNG_SPACE = '--max-semi-space-size=32'

/** What another program may ask us to do by a signal; the child is asked in turn. */
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']

checkNode()
if (!isInstalled()) install()
checkPinnedNode()
runPinned(process.argv.slice(2))

function checkNode() {
  const major = Number(process.versions.node.split('.')[0])
  if (major >= OLDEST_NODE) return
  stop(`found Node ${process.versions.node}, expected ${OLDEST_NODE} or newer: https://nodejs.org`)
}

/** npm writes its own copy of the lock file last, so an install that broke off does not count. */
function isInstalled() {
  const installed = join(ROOT, 'node_modules/.package-lock.json')
  return existsSync(installed) && modified(installed) >= modified(join(ROOT, 'package-lock.json'))
}

function modified(path) {
  return statSync(path).mtimeMs
}

function install() {
  say('installing the dependencies, once …')
  const npm = process.env.npm_execpath ?? ''
  const quietly = ['ci', '--no-fund', '--no-audit', '--loglevel=error']
  const options = { cwd: ROOT, stdio: ['ignore', 2, 2] }
  const { status, error } = basename(npm).startsWith('npm')
    ? spawnSync(process.execPath, [npm, ...quietly], options)
    : spawnSync('npm', quietly, { ...options, shell: process.platform === 'win32' })
  if (status === 0) return
  stop(
    `\`npm ci\` failed (${error?.message ?? `exit code ${status}`}): its own words are above. ` +
      'Mend that, then run the same command again.',
  )
}

function checkPinnedNode() {
  if (existsSync(PINNED_NODE)) return
  stop(
    `found no ${PINNED_NODE}, which the install script of the npm package \`node\` puts there. ` +
      'Where install scripts are switched off, allow this one: ' +
      'npm rebuild node --ignore-scripts=false --loglevel=error',
  )
}

function runPinned(args) {
  const env = { NODE_COMPILE_CACHE: COMPILED, ...process.env }
  const child = spawn(PINNED_NODE, [YOUNG_SPACE, ...args], { cwd: ROOT, env, stdio: 'inherit' })
  const passOn = PASSED_ON.map((signal) => [signal, () => ask(child, signal)])
  for (const [signal, listener] of passOn) process.on(signal, listener)
  child.on('error', (error) => stop(`cannot run ${PINNED_NODE}: ${error.message}`))
  child.on('exit', (code, signal) => {
    for (const [name, listener] of passOn) process.off(name, listener)
    if (signal === null) process.exitCode = code
    else process.kill(process.pid, signal)
  })
}

/**
 * A terminal sends its Ctrl-C and its hang-up to the whole foreground group, so the child has
 * them already; from anywhere else they come to us alone.
 */
function ask(child, signal) {
  const fromTerminal = process.stdin.isTTY && (signal === 'SIGINT' || signal === 'SIGHUP')
  if (!fromTerminal) child.kill(signal)
}

function say(text) {
  process.stderr.write(`ballast: ${text}\n`)
}

function stop(text) {
  say(text)
  process.exit(1)
}
