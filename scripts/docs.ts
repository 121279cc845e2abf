/** `npm run docs`: writes the pages that come from tables of the code. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './command.ts'
import { generatedPages } from './pages.ts'

for (const [path, text] of await generatedPages()) writeFileSync(join(ROOT, path), text)
