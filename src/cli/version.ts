/** Which program this is: for `--version`, the journal's header and the broker's log. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'

const MANIFEST = z.object({ version: z.string() })

/** The package's version; the manifest lies two folders up in a checkout and in the package alike. */
export const programVersion = (): string =>
  MANIFEST.parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')))
    .version
