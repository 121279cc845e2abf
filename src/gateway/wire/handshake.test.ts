import { expect, test } from 'vitest'
import { negotiate, parseVersionRange } from '#gateway/wire/handshake.ts'
import { table } from '#test/support/table.ts'

test.each(
  table(`
    client                | says            | version
    @stoqey/ib 1.6.10     | v100..193       | 178
    ib_async 2.0.1        | v157..178       | 178
    ibapi 10.19           | v100..176       | 176
    ibapi 10.46           | v100..225       | 178
    177 and no more       | v150..177       | 177
    a single version      | v178            | 178
    with connect options  | v100..193 +PACE | 178
    one that is too old   | v100..151       | refused
    one that is too new   | v213..225       | refused
    no range              | v..             | unreadable
    something else        | hello           | unreadable
    absurd numbers        | v100..1999999   | unreadable
  `),
)('$client says $says: $version', ({ says, version }) => {
  const range = parseVersionRange(says)
  const agreed = range.ok ? (negotiate(range.value) ?? 'refused') : 'unreadable'
  expect(String(agreed)).toBe(version)
})
