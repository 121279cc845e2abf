/** A contract as clients and server write it, each field the text it came in. */
import type { FieldReader } from '#gateway/wire/field-reader.ts'

/** What a client asks about; any field may be empty. */
export interface ContractQuery {
  readonly conId: string
  readonly symbol: string
  readonly secType: string
  readonly lastTradeDate: string
  readonly strike: string
  readonly right: string
  readonly multiplier: string
  readonly exchange: string
  readonly primaryExchange: string
  readonly currency: string
  readonly localSymbol: string
  readonly tradingClass: string
}

/** The twelve fields that describe a contract in every request. */
export function readContract(fields: FieldReader): ContractQuery {
  return fields.named([
    'conId',
    'symbol',
    'secType',
    'lastTradeDate',
    'strike',
    'right',
    'multiplier',
    'exchange',
    'primaryExchange',
    'currency',
    'localSymbol',
    'tradingClass',
  ])
}

/** The eleven fields of requests that name no primary exchange: exercises. */
export function readContractWithoutPrimary(fields: FieldReader): ContractQuery {
  const named = fields.named([
    'conId',
    'symbol',
    'secType',
    'lastTradeDate',
    'strike',
    'right',
    'multiplier',
    'exchange',
    'currency',
    'localSymbol',
    'tradingClass',
  ])
  return { ...named, primaryExchange: '' }
}

/** The most legs IBKR lets a combination have is 6; far more are clearly garbage. */
const MOST_LEGS = 100

/** Legs of a combination, `BAG`, in requests other than orders: read to reach what follows, and dropped. */
export function skipLegs(fields: FieldReader, contract: ContractQuery): void {
  if (contract.secType.toUpperCase() !== 'BAG') return
  const legs = fields.count('comboLegs', MOST_LEGS)
  fields.skip(legs * 4)
}
