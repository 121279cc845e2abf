/** Writes the JSON Schemas in `schema/`; a test fails when they differ from the code. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { format } from 'prettier'
import { shippedSchemas } from '#cli/schemas.ts'

mkdirSync('schema', { recursive: true })
for (const [name, schema] of Object.entries(shippedSchemas()))
  writeFileSync(
    `schema/${name}`,
    await format(JSON.stringify(schema), { parser: 'json', printWidth: 100 }),
  )
