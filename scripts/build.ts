/**
 * `npm run build [-- --out FOLDER]`: the package as it is published, in `dist/`.
 *
 *   dist/lib/…          plain JavaScript and type declarations, as `src/` is laid out
 *   dist/bin/           the `ballast` executable
 *   dist/schema/        JSON Schemas for editors and other programs
 *   dist/package.json   our own less everything that only a checkout needs
 *
 * The JavaScript is the source with its types blanked out, as Node does it in a checkout: what was
 * tested is what is shipped, line for line, and a stack trace points at the source. Modules name
 * each other `#folder/file.ts` in both; the package's `imports` say where that is.
 */
import { chmodSync, cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { ROOT, runTool } from './command.ts'

/** Rooms of `src/` that other programs may import; the rest may change at any time. */
const PUBLIC_ROOMS = ['model', 'contract'] as const

const VERSIONS = z.record(z.string(), z.string())
const MANIFEST = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  engines: VERSIONS,
  dependencies: VERSIONS,
  optionalDependencies: VERSIONS,
})

const { values } = parseArgs({ options: { out: { type: 'string', default: 'dist' } } })
const out = resolve(ROOT, values.out)

rmSync(out, { recursive: true, force: true })
const declared = await runTool('tsc', ['-p', 'tsconfig.build.json', '--outDir', join(out, 'lib')])
if (declared.exitCode === 0) writePackage()
else process.stderr.write(declared.output)
process.exitCode = declared.exitCode

function writePackage(): void {
  for (const path of globSync('**/*.*', { cwd: join(ROOT, 'src') })) writeModule(path)
  for (const path of ['bin', 'schema', 'docs', ...globSync('*.md', { cwd: ROOT }), 'LICENSE'])
    cpSync(join(ROOT, path), join(out, path), { recursive: true })
  chmodSync(join(out, 'bin/ballast.cjs'), 0o755)
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`)
}

/** Tests stay behind; what is no TypeScript, such as a table of data, goes along as it is. */
function writeModule(path: string): void {
  const source = join(ROOT, 'src', path)
  const target = join(out, 'lib', path)
  if (path.endsWith('.test.ts')) return
  if (!path.endsWith('.ts')) return cpSync(source, target)
  writeFileSync(target.replace(/\.ts$/, '.js'), stripTypeScriptTypes(readFileSync(source, 'utf8')))
}

function manifest(): Readonly<Record<string, unknown>> {
  const { name, version, description, license, engines, dependencies, optionalDependencies } =
    readManifest()
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    engines,
    bin: { ballast: 'bin/ballast.cjs' },
    imports: { '#*.ts': compiledAt('./lib/*') },
    exports: {
      ...Object.fromEntries(PUBLIC_ROOMS.map((room) => [`./${room}/*`, compiledAt(`./lib/${room}/*`)])), // prettier-ignore
      './schema/*': './schema/*',
      './package.json': './package.json',
    },
    dependencies,
    optionalDependencies,
  }
}

function compiledAt(place: string) {
  return { types: `${place}.d.ts`, default: `${place}.js` }
}

function readManifest(): z.infer<typeof MANIFEST> {
  return MANIFEST.parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')))
}
