/** What requests for data have in common: the contract that is meant, and the access to it. */
import { findOne, type Found } from '#gateway/contracts/find-contract.ts'
import type { Desk } from '#gateway/desk.ts'
import type { ErrorAnswer } from '#gateway/error-codes.ts'
import { isSubscribed, noPermissions } from '#gateway/market-data/access.ts'
import type { ContractQuery } from '#gateway/messages/wire-contract.ts'
import type { Listed } from '#exchange/listing.ts'
import type { Result } from '#model/result.ts'

/** The one listing that a description means; or 200, 321. */
export const dataContract = (
  desk: Desk,
  query: ContractQuery,
  includeExpired = false,
): Result<Found, ErrorAnswer> => findOne(desk.venue, query, { includeExpired })

/** Why the account may not see a listing's data, in IBKR's words; undefined where it may. */
export const missingPermission = (desk: Desk, of: Listed): string | undefined =>
  isSubscribed(of, desk.data.terms.subscriptions) ? undefined : noPermissions(of)
