/** `ballast doctor`: is everything in place to trade, and if not, what to do. Trades nothing. */
import { diagnose, type Diagnosis } from '#cli/doctor.ts'
import type { ExitCode } from '#cli/exit-codes.ts'
import type { Ink } from '#cli/render/ink.ts'
import { alignedTable, left } from '#cli/render/table.ts'
import { addVerb, printDocument, withConfig, withJson, type Cli } from '#cli/verb.ts'

export function addDoctorVerb(cli: Cli): void {
  const { program, context } = cli
  const spec = {
    usage: 'doctor',
    summary: 'Check Node, configuration, inputs, state folder, connection, account, clock and data',
    examples: ['doctor', 'doctor --config live.yaml --json'],
  }
  const verb = addVerb(cli, program, spec, async (command): Promise<ExitCode> => {
    const { config, json } = command.opts<{ readonly config: string; readonly json?: true }>()
    const found = await diagnose(context, config)
    if (json === true)
      printDocument(
        context,
        found.map((row) => ({ ...row })),
      )
    else context.out(render(found, context.ink))
    return found.some(({ status }) => status === 'fail') ? 1 : 0
  })
  withJson(withConfig(verb))
}

function render(found: readonly Diagnosis[], ink: Ink): string {
  const paint = { pass: ink.good, warn: ink.warn, fail: ink.bad }
  const rows = found.map(({ name, status, detail }) => [paint[status](status), name, detail])
  const table = alignedTable([left(''), left('check'), left('')], rows, ink)
  const ready = found.every(({ status }) => status !== 'fail')
  return `${table}\n\n${ready ? ink.good('Ready: ballast plan shows what would be traded.') : ink.bad('Not ready.')}`
}
