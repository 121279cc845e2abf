/** From the options to how the clearing broker treats the account. */
import type { GatewayOptions } from '#gateway/options.ts'
import { REG_T_ACCOUNT, type ClearingSettings } from '#exchange/clearing/clearing-settings.ts'
import { FIXED_PLAN, type CommissionPlan } from '#schedules/tiered-commissions.ts'

/** The tiered plan passes exchange, clearing and regulatory fees on. */
const PLANS: Readonly<Record<'fixed' | 'tiered', CommissionPlan>> = {
  fixed: FIXED_PLAN,
  tiered: { pricing: 'tiered', passThrough: true },
}

/** What the options leave out is a Reg T margin account at IBKR's published terms. */
export function clearingOf(options: GatewayOptions): ClearingSettings {
  const { margin, commissions = 'fixed', marginRejects, dayTrading, earlyAssignment } = options
  return {
    ...REG_T_ACCOUNT,
    commissions: PLANS[commissions],
    ...(margin === undefined ? {} : { margin }),
    ...(marginRejects === undefined ? {} : { marginRejectsAs: marginRejects }),
    ...(dayTrading === undefined ? {} : { dayTrading, intradayFutures: dayTrading }),
    ...(earlyAssignment === undefined ? {} : { earlyAssignment }),
  }
}
