/** Every fault by name. */
import type { AnyFaultKind } from '#gateway/faults/fault.ts'
import { ACCOUNT_FAULTS } from '#gateway/faults/kinds/account-faults.ts'
import { DATA_FAULTS } from '#gateway/faults/kinds/data-faults.ts'
import { EXECUTION_FAULTS } from '#gateway/faults/kinds/execution-faults.ts'
import { LINK_FAULTS } from '#gateway/faults/kinds/link-faults.ts'
import { ORDER_FAULTS } from '#gateway/faults/kinds/order-faults.ts'
import { VENUE_FAULTS } from '#gateway/faults/kinds/venue-faults.ts'

export const FAULTS: Readonly<Record<string, AnyFaultKind>> = {
  ...LINK_FAULTS,
  ...ORDER_FAULTS,
  ...EXECUTION_FAULTS,
  ...ACCOUNT_FAULTS,
  ...DATA_FAULTS,
  ...VENUE_FAULTS,
}
