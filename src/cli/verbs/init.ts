/** `ballast init`: a commented configuration and example inputs to start from. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CliError } from '#cli/exit-codes.ts'
import { STARTER_FILES } from '#cli/starter-files.ts'
import { addVerb, type Cli } from '#cli/verb.ts'

export function addInitVerb(cli: Cli): void {
  const { program, context } = cli
  const spec = {
    usage: 'init [folder]',
    summary: 'Write a commented ballast.yaml with example targets and universe',
    examples: ['init', 'init my-portfolio'],
  }
  addVerb(cli, program, spec, async (command) => {
    const shown = command.args[0] ?? '.'
    const folder = resolve(context.workingFolder, shown)
    mkdirSync(folder, { recursive: true })
    for (const [name, text] of Object.entries(STARTER_FILES)) {
      create(join(folder, name), text)
      context.out(`wrote ${join(shown, name)}`)
    }
    context.out('Next: put your account into ballast.yaml, then run ballast doctor.')
    return 0
  })
}

/** Never over a file that is there. */
function create(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new CliError(`${path}: is there already; move it away or choose another folder`)
    throw new CliError(`${path}: could not be written: ${String(error)}`, 1, { cause: error })
  }
}
