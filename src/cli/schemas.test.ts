import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fromJSONSchema } from 'zod'
import { shippedSchemas } from '#cli/schemas.ts'

const schemas = shippedSchemas()

test.each(Object.keys(schemas))(
  'schema/%s is what the code says (else: npm run schemas)',
  (name) => {
    expect(JSON.parse(readFileSync(`schema/${name}`, 'utf8'))).toEqual(schemas[name])
  },
)

test('nothing else is shipped', () => {
  expect(readdirSync('schema').toSorted()).toEqual(Object.keys(schemas))
})

test('the schema for editors takes the least configuration and refuses an unknown field', () => {
  const schema = fromJSONSchema(
    schemas['ballast.schema.json'] as Parameters<typeof fromJSONSchema>[0],
  )
  const least = { mode: 'paper', account: 'DU1234567', broker: { kind: 'ibkr' } }
  expect(schema.safeParse(least).success).toBe(true)
  expect(schema.safeParse({ ...least, mod: 1 }).success).toBe(false)
})
