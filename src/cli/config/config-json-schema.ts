/** The JSON Schema of `ballast.yaml`, for editors; generated, so that it cannot differ from the reader. */
import { toJSONSchema } from 'zod'
import { CONFIG } from '#cli/config/schema.ts'

/** As one writes the file: fields with a default may be absent. */
export function configJsonSchema(): object {
  return toJSONSchema(CONFIG, { io: 'input', target: 'draft-2020-12' })
}
